import { expect, test } from "vitest";
import { createLoadMeter, createRequestMeter } from "./meters";

test("calls a second, over a window that moves", () => {
  let now = 1_000_000;
  const meter = createRequestMeter(() => now);
  for (let n = 0; n < 30; n++) {
    meter.count("demo");
    now += 500;
  }
  expect(meter.rate("demo", 10_000)).toBeCloseTo(2, 1);
  expect(meter.rate("other", 10_000)).toBe(0);
  expect(meter.lastAt("demo")).toBe(now - 500);
  now += 10_000;
  expect(meter.rate("demo", 10_000)).toBe(0);
});

test("the share of a window with work counts work side by side once", () => {
  let now = 1_000_000;
  const meter = createLoadMeter(() => now);
  const leaveFirst = meter.enter("a");
  now += 1000;
  const leaveSecond = meter.enter("a");
  now += 1000;
  leaveFirst();
  now += 1000;
  expect(meter.busy("a", 10_000)).toBeCloseTo(0.3);
  leaveSecond();
  now += 5000;
  expect(meter.busy("a", 10_000)).toBeCloseTo(0.3);
  now += 3000;
  expect(meter.busy("a", 10_000)).toBeCloseTo(0.2);
  expect(meter.busy("b", 10_000)).toBe(0);
});

test("work that has not ended counts up to now", () => {
  let now = 0;
  const meter = createLoadMeter(() => now);
  meter.enter("a");
  now = 20_000;
  expect(meter.busy("a", 10_000)).toBe(1);
});
