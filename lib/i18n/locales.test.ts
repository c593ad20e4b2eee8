import { expect, test } from "vitest";
import { pickLocale } from "./locales";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
  ["zh-Hant-TW", "zh-CN"],
  ["de-DE,de;q=0.9", "en"],
  ["de,zh;q=0.5,en;q=0.3", "zh-CN"],
  ["en;q=0.4, zh;q=0.9", "zh-CN"],
  ["zh;q=0, en", "en"],
  ["*", "en"],
])("Accept-Language %j → %s", (header, locale) => {
  expect(pickLocale(header)).toBe(locale);
});
