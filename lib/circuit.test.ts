import { beforeEach, expect, test } from "vitest";
import { type Circuit, createCircuit } from "./circuit";
import { createManualClock, type ManualClock } from "./clock";
import { AppError, type ErrorCode } from "./errors";

let clock: ManualClock;
let circuit: Circuit;
let changes: boolean[];
let asked: number;
beforeEach(() => {
  clock = createManualClock();
  changes = [];
  asked = 0;
  circuit = createCircuit({
    clock,
    failures: 3,
    pauseMs: 1000,
    pauseMaxMs: 4000,
    onChange: (isOpen) => changes.push(isOpen),
  });
});

const answer = () =>
  circuit.run(async () => {
    asked += 1;
    return "an answer";
  });
const fail = (code: ErrorCode = "timeout", retryable = true) =>
  circuit
    .run(async () => {
      asked += 1;
      throw new AppError(code, { retryable, vendor: { requestId: "R-1" } });
    })
    .catch((error: AppError) => error);

test("after so many failures in a row nothing is asked, and the refusal says what was said last and since when", async () => {
  for (let n = 0; n < 3; n++) await fail();
  expect(asked).toBe(3);
  await expect(answer()).rejects.toMatchObject({
    code: "timeout",
    retryable: true,
    vendor: { requestId: "R-1" },
    params: { silentSince: clock.now() },
  });
  expect(asked).toBe(3);
  expect(changes).toEqual([true]);
});

test("any answer between them begins the count anew, a refusal too", async () => {
  await fail();
  await fail();
  await fail("permission_denied", false);
  await fail();
  await fail();
  expect(await answer()).toBe("an answer");
});

test.each<[ErrorCode, boolean, boolean]>([
  ["network", true, true],
  ["timeout", true, true],
  ["throttled", true, true],
  ["upstream", true, true],
  // One operation whose reply is not understood.
  ["upstream", false, false],
  ["not_found", false, false],
  ["out_of_stock", false, false],
  ["cancelled", false, false],
])("%s (retryable: %s) opens it: %s", async (code, retryable, opens) => {
  for (let n = 0; n < 3; n++) await fail(code, retryable);
  expect(changes).toEqual(opens ? [true] : []);
});

test("after the pause one call is let through, and its success lets all through", async () => {
  for (let n = 0; n < 3; n++) await fail();
  await clock.advance(1000);
  let release = () => {};
  const probe = circuit.run(() => new Promise<void>((resolve) => (release = resolve)));
  await expect(answer()).rejects.toMatchObject({ code: "timeout" });
  release();
  await probe;
  expect(await answer()).toBe("an answer");
  expect(changes).toEqual([true, false]);
});

test("a probe that fails makes the next pause longer, up to a bound, and keeps since when it is silent", async () => {
  const since = clock.now();
  for (let n = 0; n < 3; n++) await fail();
  for (const pause of [1000, 2000, 4000, 4000]) {
    await clock.advance(pause - 1);
    const before = asked;
    expect((await fail()).params).toMatchObject({ silentSince: since });
    expect(asked).toBe(before);
    await clock.advance(1);
    await fail();
    expect(asked).toBe(before + 1);
  }
  expect(changes).toEqual([true]);
});

test("a probe that is called off leaves the next one to somebody else", async () => {
  for (let n = 0; n < 3; n++) await fail();
  await clock.advance(1000);
  await fail("cancelled", false);
  expect(await answer()).toBe("an answer");
});

test("many that fail at once open it once, with the first pause", async () => {
  await Promise.all(Array.from({ length: 20 }, () => fail()));
  await clock.advance(1000);
  expect(await answer()).toBe("an answer");
  expect(changes).toEqual([true, false]);
});
