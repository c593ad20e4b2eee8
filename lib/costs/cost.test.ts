import { describe, expect, test } from "vitest";
import type { PriceList } from "@/lib/prices/price";
import { add, daysOf, NOTHING, periodSpan, type Run, tallyOf } from "./cost";

const HOUR = 3_600_000;
const at = (time: string) => Date.parse(time);
const LIST: PriceList = {
  currency: "CNY",
  prices: [
    { instanceType: "a10", perHour: 10, since: "2026-12-01", source: "list" },
    { instanceType: "a10", perHour: 20, since: "2026-12-03", source: "list" },
  ],
};
/** Ten hours across the day on which the price doubles. */
const RUN: Run = {
  serviceId: "1",
  service: "s",
  owner: "ada",
  instanceType: "a10",
  ownResources: false,
  from: at("2026-12-02T10:00:00Z"),
  until: at("2026-12-02T20:00:00Z"),
};
const ALWAYS = { from: 0, until: at("2027-01-01T00:00:00Z") };

describe("a run's tally", () => {
  test.each<[string, Partial<Run>, PriceList | undefined, typeof ALWAYS, Partial<typeof NOTHING>]>([
    ["at the price of each day", {}, LIST, ALWAYS, { amount: 6 * 10 + 4 * 20, pricedMs: 10 * HOUR }],
    [
      "only what lies in the window",
      {},
      LIST,
      { from: at("2026-12-02T15:00:00Z"), until: at("2026-12-02T17:00:00Z") },
      { amount: 10 + 20, pricedMs: 2 * HOUR },
    ],
    [
      "before the first price nothing is guessed",
      { from: at("2026-11-30T14:00:00Z"), until: at("2026-11-30T18:00:00Z") },
      LIST,
      ALWAYS,
      { amount: 20, pricedMs: 2 * HOUR, unpricedMs: 2 * HOUR },
    ],
    ["another type", { instanceType: "v100" }, LIST, ALWAYS, { unpricedMs: 10 * HOUR }],
    ["an unknown type", { instanceType: undefined }, LIST, ALWAYS, { unpricedMs: 10 * HOUR }],
    ["no table", {}, undefined, ALWAYS, { unpricedMs: 10 * HOUR }],
    ["a spot instance by EAS's own word", { amountPerHour: 1.5 }, LIST, ALWAYS, { amount: 15, pricedMs: 10 * HOUR }],
    ["a spot instance without a currency", { amountPerHour: 1.5 }, undefined, ALWAYS, { unpricedMs: 10 * HOUR }],
    ["resources that are paid for apart", { ownResources: true }, LIST, ALWAYS, { ownMs: 10 * HOUR }],
    ["gone at the next reading", { goneAt: RUN.until + 60_000 }, LIST, ALWAYS, { amount: 140, pricedMs: 10 * HOUR }],
    [
      "gone after a time without readings: not priced",
      { goneAt: RUN.until + 3 * HOUR },
      LIST,
      ALWAYS,
      { amount: 140, pricedMs: 10 * HOUR, unseenMs: 3 * HOUR },
    ],
    ["outside of the window", {}, LIST, { from: 0, until: 1 }, {}],
  ])("%s", (_, change, list, window, expected) => {
    expect(tallyOf({ ...RUN, ...change }, list, window)).toEqual({ ...NOTHING, ...expected });
  });

  test("windows side by side add up to the whole", () => {
    const middle = at("2026-12-02T16:30:00Z");
    const halves = [
      { from: 0, until: middle },
      { from: middle, until: ALWAYS.until },
    ].map((window) => tallyOf(RUN, LIST, window));
    expect(halves.reduce(add)).toEqual(tallyOf(RUN, LIST, ALWAYS));
  });
});

const NOW = "2026-12-31T18:30:00.000Z";
test.each([
  ["today", "2026-12-31T16:00:00.000Z", NOW],
  ["week", "2026-12-25T16:00:00.000Z", NOW],
  ["month", "2026-12-31T16:00:00.000Z", NOW],
  ["lastMonth", "2026-11-30T16:00:00.000Z", "2026-12-31T16:00:00.000Z"],
] as const)("%s, by Beijing's days, in which it is the new year already", (period, from, until) => {
  const span = periodSpan(period, at(NOW));
  expect([new Date(span.from).toISOString(), new Date(span.until).toISOString()]).toEqual([from, until]);
});

test("a week has seven days, the last as long as today is", () => {
  const days = daysOf(periodSpan("week", at(NOW)));
  expect(days.map(({ day }) => day)).toEqual([
    "2026-12-26",
    "2026-12-27",
    "2026-12-28",
    "2026-12-29",
    "2026-12-30",
    "2026-12-31",
    "2027-01-01",
  ]);
  expect(days.at(-1)?.span.until).toBe(at(NOW));
});
