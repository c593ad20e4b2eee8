import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONNECTIONS_MAX, Concurrency } from "./concurrency";

/** A line that gives each connection so much and all together not more than so much, in bytes per millisecond. */
interface Line {
  each: number;
  all: number;
}

const PART = 1_000;

/** Parts of one size over the line for so long; returns the limits as they were. */
function drive(concurrency: Concurrency, line: Line, ms: number, from = 0): number[] {
  const limits = [];
  let moved = 0;
  let owed = 0;
  concurrency.begin(from, moved);
  for (let now = from; now < from + ms; now += 10) {
    moved += Math.min(concurrency.limit * line.each, line.all) * 10;
    for (owed += Math.min(concurrency.limit * line.each, line.all) * 10; owed >= PART; owed -= PART) {
      concurrency.answered(now, moved);
    }
    limits.push(concurrency.limit);
  }
  return limits;
}

describe("how many at once", () => {
  test.each([
    ["a line that each connection makes faster", { each: 100, all: 10_000 }, 6],
    ["one that three fill", { each: 100, all: 300 }, 3],
    ["one that four fill", { each: 100, all: 400 }, 4],
  ])("%s", (_, line, expected) => {
    const concurrency = new Concurrency();
    expect(concurrency.limit).toBe(3);
    const limits = drive(concurrency, line, 5_000);
    expect(limits.at(-1)).toBe(expected);
  });

  test("six are reached within a second and a half where that pays", () => {
    expect(drive(new Concurrency(), { each: 100, all: 10_000 }, 1_500).at(-1)).toBe(6);
  });

  test("a line that became faster is noticed", () => {
    const concurrency = new Concurrency();
    drive(concurrency, { each: 100, all: 300 }, 5_000);
    expect(drive(concurrency, { each: 100, all: 10_000 }, 20_000, 5_000).at(-1)).toBe(6);
  });

  test("trouble halves it once, however many requests were hit, and it does not grow at once", () => {
    const concurrency = new Concurrency();
    drive(concurrency, { each: 100, all: 10_000 }, 5_000);
    for (let request = 0; request < 6; request++) concurrency.troubled(5_000 + request * 10, 0);
    expect(concurrency.limit).toBe(3);
    expect(Math.max(...drive(concurrency, { each: 100, all: 10_000 }, 5_000, 5_100))).toBe(3);
    expect(drive(concurrency, { each: 100, all: 10_000 }, 15_000, 10_100).at(-1)).toBe(6);
  });

  test("trouble that lasts leaves one", () => {
    const concurrency = new Concurrency();
    for (let now = 0; now < 20_000; now += 1_000) concurrency.troubled(now, 0);
    expect(concurrency.limit).toBe(1);
  });

  test("stays between one and what a browser opens, whatever happens", () => {
    const step = fc.record({
      ms: fc.nat(20_000),
      bytes: fc.nat(1_000_000),
      kind: fc.constantFrom("answered", "troubled", "begin"),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 300 }), (most, steps) => {
        const concurrency = new Concurrency(most);
        let now = 0;
        let moved = 0;
        for (const { ms, bytes, kind } of steps) {
          const before = concurrency.limit;
          now += ms;
          moved += bytes;
          concurrency[kind as "answered" | "troubled" | "begin"](now, moved);
          const { limit } = concurrency;
          expect(limit).toBeGreaterThanOrEqual(1);
          expect(limit).toBeLessThanOrEqual(Math.min(most, CONNECTIONS_MAX));
          if (kind === "troubled") expect(limit).toBeLessThanOrEqual(before);
          else expect(Math.abs(limit - before)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
