import { expect, test } from "vitest";
import { createManualClock } from "./clock";
import { createRateLimit } from "./rate-limit";

test("so many at once, then evenly, and each caller for itself", async () => {
  const clock = createManualClock();
  const limit = createRateLimit({ clock, perMinute: 60, burst: 3 });
  const passes = (caller: string, calls: number) => {
    let passed = 0;
    for (let n = 0; n < calls; n++) {
      try {
        limit.take(caller);
        passed += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: "rate_limited", params: { seconds: 1 } });
      }
    }
    return passed;
  };
  expect(passes("a", 5)).toBe(3);
  expect(passes("b", 2)).toBe(2);
  await clock.advance(2000);
  expect(passes("a", 5)).toBe(2);
  // However long the rest was, no more come at once.
  await clock.advance(3_600_000);
  expect(passes("a", 10)).toBe(3);
});

test("says how long to wait", async () => {
  const clock = createManualClock();
  const limit = createRateLimit({ clock, perMinute: 2, burst: 1 });
  limit.take("a");
  expect(() => limit.take("a")).toThrow(expect.objectContaining({ params: { seconds: 30 } }));
  await clock.advance(30_000);
  limit.take("a");
});
