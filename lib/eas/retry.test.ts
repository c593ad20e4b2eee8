import { describe, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import { AppError, type ErrorCode } from "@/lib/errors";
import { withRetry } from "./retry";

function failing(times: number, error: unknown) {
  let calls = 0;
  const attempt = async () => {
    if (++calls <= times) throw error;
    return "ok";
  };
  return { attempt, calls: () => calls };
}

const fault = (code: ErrorCode, retryable = true, params = {}) => new AppError(code, { retryable, params });

describe("withRetry", () => {
  it("tries again after a passing fault, waiting longer each time", async () => {
    const clock = createManualClock();
    const { attempt, calls } = failing(2, fault("network"));
    const result = withRetry(attempt, { clock, random: () => 1 });
    await clock.advance(199);
    expect(calls()).toBe(1);
    await clock.advance(1);
    expect(calls()).toBe(2);
    await clock.advance(399);
    expect(calls()).toBe(2);
    await clock.advance(1);
    await expect(result).resolves.toBe("ok");
  });

  it("gives up after three tries", async () => {
    const clock = createManualClock();
    const { attempt, calls } = failing(9, fault("upstream"));
    const result = expect(withRetry(attempt, { clock })).rejects.toMatchObject({ code: "upstream" });
    await clock.advance(10_000);
    await result;
    expect(calls()).toBe(3);
  });

  it("waits as long as the vendor asks", async () => {
    const clock = createManualClock();
    const { attempt, calls } = failing(1, fault("throttled", true, { retryAfterMs: 2000 }));
    const result = withRetry(attempt, { clock });
    await clock.advance(1999);
    expect(calls()).toBe(1);
    await clock.advance(1);
    await expect(result).resolves.toBe("ok");
  });

  it.each([
    ["a refusal", fault("permission_denied", false)],
    ["a reply that will not change", fault("upstream", false)],
    ["a timeout", fault("timeout")],
    ["a wait that nobody would sit out", fault("throttled", true, { retryAfterMs: 60_000 })],
    ["our own mistake", new TypeError("x")],
  ])("does not repeat %s", async (_, error) => {
    const { attempt, calls } = failing(1, error);
    await expect(withRetry(attempt, { clock: createManualClock() })).rejects.toBe(error);
    expect(calls()).toBe(1);
  });

  it("stops waiting when the caller leaves", async () => {
    const clock = createManualClock();
    const leaving = new AbortController();
    const { attempt, calls } = failing(1, fault("network"));
    const result = expect(withRetry(attempt, { clock, signal: leaving.signal })).rejects.toThrow("left");
    await clock.advance(0);
    leaving.abort(new Error("left"));
    await result;
    await clock.advance(10_000);
    expect(calls()).toBe(1);
  });
});
