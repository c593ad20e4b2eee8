import { describe, expect, test } from "vitest";
import { billingDay, billingDayStart, configPrice, type PriceList, picturePrice, priceOf, unitPrice } from "./price";

const T4 = "ecs.gn6i-c4g1.xlarge";
const A10 = "ecs.gn7i-c8g1.2xlarge";
const V100 = "ecs.gn6v-c8g1.2xlarge";
const row = (instanceType: string, perHour: number, since: string) => ({
  instanceType,
  perHour,
  since,
  source: "list",
});
const LIST: PriceList = {
  currency: "CNY",
  prices: [row(T4, 8, "2026-11-01"), row(T4, 10, "2026-12-01"), row(A10, 15, "2026-11-01")],
};
const at = (time: string) => Date.parse(time);
const NOW = at("2026-12-05T00:00:00Z");

test.each([
  ["2026-11-30T15:59:59Z", "2026-11-30"],
  ["2026-11-30T16:00:00Z", "2026-12-01"],
])("%s belongs to the bill's day %s", (time, day) => {
  expect(billingDay(at(time))).toBe(day);
});

test("a day of the bill begins at midnight in Beijing", () => {
  expect(new Date(billingDayStart("2026-12-01")).toISOString()).toBe("2026-11-30T16:00:00.000Z");
});

test.each<[string, string, string, number | undefined]>([
  ["the newest price that holds already", T4, "2026-12-05T00:00:00Z", 10],
  ["the one before a change", T4, "2026-11-30T15:00:00Z", 8],
  ["the new one from the bill's midnight on", T4, "2026-11-30T16:00:00Z", 10],
  ["none before the first", T4, "2026-10-31T15:00:00Z", undefined],
  ["none for a type that is not in the table", V100, "2026-12-05T00:00:00Z", undefined],
])("price: %s", (_, type, time, perHour) => {
  expect(priceOf(LIST, type, at(time))?.perHour).toBe(perHour);
});

describe("one instance, one hour", () => {
  test.each([
    ["full price", { type: A10 }, { kind: "known", perHour: 15 }],
    ["no price", { type: V100 }, { kind: "unknown" }],
    ["spot at its share of the full price", { type: A10, bid: 12, spotShare: 0.2 }, { kind: "known", perHour: 3 }],
    ["spot never above its bid", { type: A10, bid: 2, spotShare: 0.2 }, { kind: "known", perHour: 2 }],
    ["spot whose share is not known", { type: A10, bid: 12 }, { kind: "atMost", perHour: 12 }],
    ["spot whose full price is not known", { type: V100, bid: 9, spotShare: 0.3 }, { kind: "atMost", perHour: 9 }],
  ])("%s", (_, wanted, price) => {
    expect(unitPrice(LIST, wanted, NOW)).toEqual(price);
  });

  test("without a table not even a bid's currency is known", () => {
    expect(unitPrice(undefined, { type: A10, bid: 12 }, NOW)).toEqual({ kind: "unknown" });
  });
});

describe("a configuration", () => {
  const price = (instances: number, ...types: { type: string; bid?: number }[]) =>
    configPrice(LIST, { instances, types }, NOW);

  test.each<[string, ReturnType<typeof price>, ReturnType<typeof price>]>([
    [
      "instances times the type",
      price(3, { type: A10 }),
      { currency: "CNY", first: { kind: "known", perHour: 45 }, most: 45, isSpot: false },
    ],
    [
      "with a dearer alternative",
      price(2, { type: T4 }, { type: A10 }),
      { currency: "CNY", first: { kind: "known", perHour: 20 }, most: 30, isSpot: false },
    ],
    [
      "with an alternative of no known price",
      price(1, { type: T4 }, { type: V100 }),
      { currency: "CNY", first: { kind: "known", perHour: 10 }, most: undefined, isSpot: false },
    ],
    [
      "whose first type has no known price",
      price(1, { type: V100 }, { type: T4 }),
      { currency: "CNY", first: { kind: "unknown" }, most: undefined, isSpot: false },
    ],
    [
      "of spot instances",
      price(2, { type: V100, bid: 6 }),
      { currency: "CNY", first: { kind: "atMost", perHour: 12 }, most: 12, isSpot: true },
    ],
    ["of no known type", price(1, { type: V100 }), undefined],
    ["without a type", price(1), undefined],
    [
      "of no instance",
      price(0, { type: A10 }),
      { currency: "CNY", first: { kind: "known", perHour: 0 }, most: 0, isSpot: false },
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("without a table", () => {
    expect(configPrice(undefined, { instances: 1, types: [{ type: A10 }] }, NOW)).toBeUndefined();
  });
});

test("a picture costs its share of an hour", () => {
  expect(picturePrice(18, 6_000)).toBeCloseTo(0.03, 10);
});
