import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type Reading, type ScalingRules, type Situation } from "./decide";

const NOW = 1_000_000;

const rules = (change: Partial<ScalingRules> = {}): ScalingRules => ({
  min: 1,
  max: 10,
  scaleUpWindowSeconds: 0,
  scaleDownWindowSeconds: 0,
  zeroGraceSeconds: 600,
  zeroActivationReplicas: 1,
  ...change,
});

const situation = (change: Partial<Situation> = {}): Situation => ({
  now: NOW,
  current: 2,
  serving: 2,
  readings: [],
  demand: true,
  idleMs: 0,
  past: [],
  ...change,
});

const total = (value: number, threshold: number): Reading => ({ kind: "total", value, threshold });
const average = (value: number, threshold: number): Reading => ({ kind: "average", value, threshold });
const replicas = (ruling: Partial<ScalingRules>, given: Partial<Situation>) =>
  decide(rules(ruling), situation(given)).replicas;

describe("the wish", () => {
  test.each<[string, number, Partial<ScalingRules>, Partial<Situation>]>([
    ["a shared metric is divided by its threshold, upwards", 5, {}, { readings: [total(41, 10)] }],
    ["an average counts for each replica that is ready", 4, {}, { readings: [average(90, 50)] }],
    ["the metric that asks for most decides", 6, {}, { readings: [total(20, 10), average(30, 50), total(60, 10)] }],
    ["near the threshold nothing changes, above", 2, {}, { readings: [total(22, 10)] }],
    ["near the threshold nothing changes, below", 2, {}, { readings: [average(46, 50)] }],
    ["just beyond the tolerance it does", 3, {}, { readings: [total(22.1, 10)] }],
    ["those that start count as idle for more", 4, {}, { current: 4, serving: 1, readings: [average(100, 50)] }],
    ["and as busy for fewer", 4, {}, { current: 4, serving: 1, readings: [average(25, 50)] }],
    ["never above max", 10, {}, { readings: [total(1000, 10)] }],
    ["never below min", 2, { min: 2 }, { current: 5, serving: 5, readings: [total(1, 10)] }],
    ["above max it is brought down even without a metric", 3, { max: 3 }, { current: 5, serving: 5 }],
    ["below min it is brought up even without a metric", 4, { min: 4 }, { current: 1, serving: 1 }],
    ["without metrics it stays", 2, {}, {}],
    ["while nothing is ready it stays", 2, {}, { serving: 0, readings: [average(0, 50)] }],
  ])("%s", (_, expected, ruling, given) => {
    expect(replicas(ruling, given)).toBe(expected);
  });
});

describe("stabilisation", () => {
  const past = (...wishes: [secondsAgo: number, replicas: number][]) =>
    wishes.map(([ago, wish]) => ({ at: NOW - ago * 1000, replicas: wish }));

  test.each<[string, number, Partial<ScalingRules>, Partial<Situation>]>([
    [
      "down: the largest wish of the window",
      4,
      { scaleDownWindowSeconds: 300 },
      { current: 5, serving: 5, readings: [total(10, 10)], past: past([200, 4], [100, 2]) },
    ],
    [
      "down: what is older than the window is forgotten",
      2,
      { scaleDownWindowSeconds: 150 },
      { current: 5, serving: 5, readings: [total(10, 10)], past: past([200, 4], [100, 2]) },
    ],
    [
      "up: the smallest wish of the window",
      3,
      { scaleUpWindowSeconds: 60 },
      { readings: [total(80, 10)], past: past([50, 3], [20, 9]) },
    ],
    ["up at once without a window", 8, {}, { readings: [total(80, 10)], past: past([50, 3]) }],
  ])("%s", (_, expected, ruling, given) => {
    expect(replicas(ruling, given)).toBe(expected);
  });

  test("wishes are remembered for the longer of the two windows", () => {
    const ruling = rules({ scaleUpWindowSeconds: 10, scaleDownWindowSeconds: 100 });
    const { wishes } = decide(ruling, situation({ readings: [total(30, 10)], past: past([101, 9], [99, 5]) }));
    expect(wishes).toEqual([
      { at: NOW - 99_000, replicas: 5 },
      { at: NOW, replicas: 3 },
    ]);
  });
});

describe("zero", () => {
  const zero = { min: 0 };
  const idle = { readings: [total(0, 10)], demand: false };
  test.each<[string, number, Partial<ScalingRules>, Partial<Situation>]>([
    ["the last one stays through the grace period", 1, zero, { ...idle, current: 1, serving: 1, idleMs: 599_999 }],
    ["and goes after it", 0, zero, { ...idle, current: 1, serving: 1, idleMs: 600_000 }],
    ["all go after it", 0, zero, { ...idle, idleMs: 600_000 }],
    ["not with min above 0", 1, {}, { ...idle, current: 1, serving: 1, idleMs: 10_000_000 }],
    ["nobody calls: nothing wakes up", 0, zero, { ...idle, current: 0, serving: 0, idleMs: 10_000_000 }],
    ["a call wakes it up", 1, zero, { current: 0, serving: 0 }],
    ["with as many as were asked for", 3, { min: 0, zeroActivationReplicas: 3 }, { current: 0, serving: 0 }],
    ["but no more than max", 2, { min: 0, max: 2, zeroActivationReplicas: 3 }, { current: 0, serving: 0 }],
    ["min = max = 0 stays at nothing", 0, { min: 0, max: 0 }, { current: 0, serving: 0 }],
    ["min = max = 0 takes everything away", 0, { min: 0, max: 0 }, {}],
  ])("%s", (_, expected, ruling, given) => {
    expect(replicas(ruling, given)).toBe(expected);
  });
});

describe("whatever is measured", () => {
  const anyRules = fc
    .record({
      min: fc.integer({ min: 0, max: 20 }),
      spread: fc.integer({ min: 0, max: 20 }),
      scaleUpWindowSeconds: fc.integer({ min: 0, max: 600 }),
      scaleDownWindowSeconds: fc.integer({ min: 0, max: 600 }),
      zeroGraceSeconds: fc.integer({ min: 0, max: 600 }),
      zeroActivationReplicas: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ spread, ...given }) => ({ ...given, max: given.min + spread }));
  const anyReading = fc.record({
    kind: fc.constantFrom("total" as const, "average" as const),
    value: fc.double({ min: 0, max: 10_000, noNaN: true }),
    threshold: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  });
  const anySituation = fc
    .record({
      current: fc.integer({ min: 0, max: 50 }),
      missing: fc.integer({ min: 0, max: 50 }),
      readings: fc.array(anyReading, { maxLength: 4 }),
      demand: fc.boolean(),
      idleMs: fc.integer({ min: 0, max: 1_000_000 }),
      past: fc.array(fc.record({ at: fc.integer({ min: 0, max: NOW }), replicas: fc.integer({ min: 0, max: 50 }) })),
    })
    .map(({ missing, ...given }) => ({ ...given, now: NOW, serving: Math.max(0, given.current - missing) }));

  test("the number stays within its bounds", () => {
    fc.assert(
      fc.property(anyRules, anySituation, (ruling, given) => {
        const inBounds = given.past.map((wish) => ({
          ...wish,
          replicas: Math.min(ruling.max, Math.max(ruling.min, wish.replicas)),
        }));
        const { replicas: decided } = decide(ruling, { ...given, past: inBounds });
        expect(decided).toBeGreaterThanOrEqual(ruling.min);
        expect(decided).toBeLessThanOrEqual(ruling.max);
      }),
      { numRuns: 500 },
    );
  });

  test("more load never means fewer replicas", () => {
    fc.assert(
      fc.property(anyRules, anySituation, fc.double({ min: 1, max: 10, noNaN: true }), (ruling, given, factor) => {
        const busier = given.readings.map((reading) => ({ ...reading, value: reading.value * factor }));
        expect(decide(ruling, { ...given, readings: busier }).replicas).toBeGreaterThanOrEqual(
          decide(ruling, given).replicas,
        );
      }),
      { numRuns: 500 },
    );
  });
});
