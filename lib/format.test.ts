import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatMoney,
  formatPercent,
  formatRate,
  formatRelative,
} from "./format";

describe("sizes", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1 KB"],
    [999_499, "999 KB"],
    [999_600, "1 MB"],
    [41_400_000, "41 MB"],
    [999_960_000, "1.0 GB"],
    [4_265_146_304, "4.3 GB"],
    [1_250_000_000_000, "1.3 TB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes, "en")).toBe(text);
  });

  test("a rate is a size per second", () => {
    expect(formatRate(41_000_000, "zh-CN")).toBe("41 MB/s");
  });
});

test.each([
  [8, "CNY", "en", "¥8.00"],
  [1234.5, "CNY", "zh-CN", "¥1,234.50"],
  [0.256, "USD", "en", "$0.26"],
  [0.0996, "USD", "en", "$0.10"],
  [0.01234, "CNY", "en", "¥0.012"],
  [0, "CNY", "en", "¥0.00"],
  [1200, "JPY", "en", "¥1,200"],
] as const)("%d %s in %s is %s", (amount, currency, locale, text) => {
  expect(formatMoney(amount, currency, locale)).toBe(text);
});

test("100 % means all of it", () => {
  expect(formatPercent(0.999, "en")).toBe("99%");
  expect(formatPercent(1, "en")).toBe("100%");
  expect(formatPercent(1.2, "en")).toBe("100%");
});

describe("times", () => {
  test.each([
    [9_400, "9 sec"],
    [70_000, "1:10"],
    [3_909_000, "1:05:09"],
  ])("%d ms have elapsed: %s", (ms, text) => {
    expect(formatElapsed(ms, "en")).toBe(text);
  });

  test.each([
    [45_000, "45 sec"],
    [240_000, "4 min"],
    [5_400_000, "1.5 hr"],
    [259_200_000, "3 days"],
  ])("%d ms last %s", (ms, text) => {
    expect(formatDuration(ms, "en")).toBe(text);
  });

  const now = Date.UTC(2026, 0, 10, 12, 0, 0);
  test.each([
    [now - 30_000, "en", "now"],
    [now - 90_000, "en", "1 minute ago"],
    [now - 86_400_000 * 2, "zh-CN", "前天"],
    [now + 3_600_000 * 3, "en", "in 3 hours"],
  ] as const)("%d in %s is %s", (at, locale, text) => {
    expect(formatRelative(at, now, locale)).toBe(text);
  });

  test("an exact time names its day and second in the zone that was asked for", () => {
    expect(formatDateTime(now, "zh-CN", "Asia/Shanghai")).toContain("20:00:00");
  });
});
