import { expect, test } from "vitest";
import { fromPriceCsv, toPriceCsv } from "./price-csv";

const PRICES = [
  { instanceType: "ml.gu7i.c8m30.1-gu30", perHour: 7.5, since: "2026-12-01", source: 'price page, "GU30"' },
  { instanceType: "ecs.gn6i-c4g1.xlarge", perHour: 0, since: "2026-11-01", source: "=our own machines" },
];

test("a table comes back as it was written", () => {
  const text = toPriceCsv({ currency: "CNY", prices: PRICES });
  expect(fromPriceCsv(text)).toEqual({ currency: "CNY", prices: PRICES, problems: [] });
});

test("columns in another order, with more beside them", () => {
  const text = "note,source,currency,since,price_per_hour,instance_type\nx,page,USD,2026-12-01,1.2,ecs.a\n";
  expect(fromPriceCsv(text)).toEqual({
    currency: "USD",
    prices: [{ instanceType: "ecs.a", perHour: 1.2, since: "2026-12-01", source: "page" }],
    problems: [],
  });
});

const HEADER = "instance_type,price_per_hour,currency,since,source\n";
test.each([
  ["no header", "ecs.a,1,CNY,2026-12-01,page", 0, "prices.rules.columns"],
  ["nothing", "", 0, "prices.rules.columns"],
  ["a word as price", `${HEADER}ecs.a,cheap,CNY,2026-12-01,page`, 2, "prices.rules.perHour"],
  ["a comma in the price", `${HEADER}ecs.a,"1,5",CNY,2026-12-01,page`, 2, "prices.rules.perHour"],
  ["an empty price", `${HEADER}ecs.a,,CNY,2026-12-01,page`, 2, "prices.rules.perHour"],
  ["less than nothing", `${HEADER}ecs.a,-1,CNY,2026-12-01,page`, 2, "prices.rules.perHour"],
  ["a slip of the comma", `${HEADER}ecs.a,1000000,CNY,2026-12-01,page`, 2, "prices.rules.perHour"],
  ["a day that does not exist", `${HEADER}ecs.a,1,CNY,2026-02-30,page`, 2, "prices.rules.since"],
  ["another writing of a day", `${HEADER}ecs.a,1,CNY,01.12.2026,page`, 2, "prices.rules.since"],
  ["no source", `${HEADER}ecs.a,1,CNY,2026-12-01,`, 2, "prices.rules.source"],
  ["a type that is none", `${HEADER}a b,1,CNY,2026-12-01,page`, 2, "prices.rules.instanceType"],
  ["a currency that is none", `${HEADER}ecs.a,1,yuan,2026-12-01,page`, 2, "prices.rules.currency"],
  [
    "two currencies",
    `${HEADER}ecs.a,1,CNY,2026-12-01,page\necs.b,1,USD,2026-12-01,page`,
    3,
    "prices.rules.oneCurrency",
  ],
  ["a line twice", `${HEADER}ecs.a,1,CNY,2026-12-01,page\necs.a,2,CNY,2026-12-01,page`, 3, "prices.rules.twice"],
])("%s is named by its line", (_, text, line, rule) => {
  expect(fromPriceCsv(text).problems).toEqual([{ line, rule }]);
});
