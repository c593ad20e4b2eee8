import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import zh from "@/lib/i18n/messages/zh-CN.json";
import { createTranslate } from "@/lib/i18n/translate";
import { nowText } from "./tally-text";

const priced = { running: 2, perHour: { amount: 15, isPartial: false }, currency: "CNY" };
const none = { running: 0, perHour: { amount: 0, isPartial: false }, currency: "CNY" };

describe.each([
  ["en", createTranslate(en, "en"), { nothing: "Nothing runs", open: "Not counted yet", priced: "¥15.00 an hour" }],
  ["zh-CN", createTranslate(zh, "zh-CN"), { nothing: "没有实例运行", open: "尚未统计", priced: "每小时 ¥15.00" }],
] as const)("what runs now, in %s", (locale, t, words) => {
  it.each([
    ["instances that are counted", priced, 2, words.priced],
    ["what is still counted, though EAS says that it has stopped", priced, 0, words.priced],
    ["nothing, as EAS says too", none, 0, words.nothing],
    ["an instance that no count has seen", none, 1, words.open],
    ["nobody knows yet", none, undefined, words.open],
  ])("%s", (_, costs, up, expected) => {
    expect(nowText(t, locale, costs, up)).toBe(expected);
  });
});
