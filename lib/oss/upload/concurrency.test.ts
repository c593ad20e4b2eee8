import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONNECTIONS_MAX, Concurrency } from "./concurrency";

/** What moves with so many at once, in bytes per millisecond. */
type Line = (limit: number) => number;

/** Every connection adds as much as the first. */
const open: Line = (limit) => limit * 100;
/** Beyond so many they stand in each other's way. */
const crowdedBeyond =
  (most: number): Line =>
  (limit) =>
    limit > most ? most * 60 : limit * 100;

const PART = 1_000;

/** Parts of one size over the line for so long; returns the limits as they were, every 10 ms. */
function drive(concurrency: Concurrency, line: Line, ms: number, from = 0): number[] {
  const limits = [];
  let moved = 0;
  let owed = 0;
  concurrency.begin(from, moved);
  for (let now = from; now < from + ms; now += 10) {
    const bytes = line(concurrency.limit) * 10;
    moved += bytes;
    for (owed += bytes; owed >= PART; owed -= PART) concurrency.answered(now, moved);
    limits.push(concurrency.limit);
  }
  return limits;
}

function steps(limits: readonly number[], to: number): number {
  return limits.filter((limit, index) => limit === to && limits[index - 1] === to - 1).length;
}

describe("how many at once", () => {
  test("begins with four and reaches six within a second where that does not slow the line down", () => {
    const concurrency = new Concurrency();
    expect(concurrency.limit).toBe(4);
    expect(drive(concurrency, open, 1_000).at(-1)).toBe(6);
  });

  test.each([4, 5])("beyond %i the line slows down: one more is taken back, and tried ever more seldom", (most) => {
    const limits = drive(new Concurrency(), crowdedBeyond(most), 60_000);
    expect(steps(limits, most + 1)).toBeGreaterThan(2);
    expect(steps(limits, most + 1)).toBeLessThan(9);
    expect(limits.filter((limit) => limit === most).length / limits.length).toBeGreaterThan(0.9);
  });

  test("a line that became better is noticed", () => {
    const concurrency = new Concurrency();
    drive(concurrency, crowdedBeyond(4), 10_000);
    expect(drive(concurrency, open, 20_000, 10_000).at(-1)).toBe(6);
  });

  test("trouble halves it once, however many requests were hit, and it does not grow at once", () => {
    const concurrency = new Concurrency();
    drive(concurrency, open, 5_000);
    for (let request = 0; request < 6; request++) concurrency.troubled(5_000 + request * 10, 0);
    expect(concurrency.limit).toBe(3);
    expect(Math.max(...drive(concurrency, open, 5_000, 5_100))).toBe(3);
    expect(drive(concurrency, open, 15_000, 10_100).at(-1)).toBe(6);
  });

  test("after trouble one more has to make the line faster", () => {
    const full: Line = () => 300;
    const untroubled = new Concurrency();
    expect(drive(untroubled, full, 5_000).at(-1)).toBe(6);
    untroubled.troubled(5_000, 0);
    const limits = drive(untroubled, full, 60_000, 5_100);
    expect(limits.filter((limit) => limit === 3).length / limits.length).toBeGreaterThan(0.9);
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
