import { describe, expect, test } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import zh from "@/lib/i18n/messages/zh-CN.json";
import { createTranslate } from "@/lib/i18n/translate";
import { checkModel } from "./check";
import { FINDING_CODES } from "./findings";
import { MODEL_KINDS } from "./kinds";
import { filesOf, sampleWith } from "./testing";
import { findingText, verdictText } from "./texts";
import { LEAVE_REASONS } from "./types";

const OPTIONS = { func: "base", blade: false, translate: false, closeSafety: false } as const;
const tools = (t: ReturnType<typeof createTranslate>) => ({ t, bytes: (value: number) => `${value} B` });

describe.each([
  ["en", createTranslate(en, "en")],
  ["zh-CN", createTranslate(zh, "zh-CN")],
] as const)("texts in %s", (_locale, t) => {
  test("exist for every finding, kind and reason", () => {
    const keys = [
      ...FINDING_CODES.flatMap((code) => [`findings.${code}.title`, `findings.${code}.next`]),
      ...LEAVE_REASONS.map((reason) => `findings.leave.${reason}`),
      ...MODEL_KINDS.map((kind) => `modelKinds.${kind}`),
    ];
    expect(keys.filter((key) => t.maybe(key, { count: 1 }) === undefined)).toEqual([]);
  });

  test("leave no placeholder open", async () => {
    const report = await checkModel(
      filesOf({
        ...sampleWith({ "base_model/unet/config.json": "" }),
        "base_model/x.png": "12",
        "lora_model/a.bin": "",
        "../x": "",
      }),
      { ...OPTIONS, translate: true, func: "controlnet" },
    );
    expect(report.findings.length).toBeGreaterThan(4);
    for (const finding of report.findings) {
      const { title, next } = findingText(finding, tools(t));
      expect(`${title} ${next}`).not.toMatch(/[{}]/);
    }
  });
});

describe("verdict", () => {
  const t = createTranslate(en, "en");
  test("says what will load", async () => {
    const report = await checkModel(filesOf(sampleWith()), OPTIONS);
    expect(verdictText(report.verdict, report.findings, tools(t))).toBe(
      `Will load as SD 1.5 · ${report.verdict.totalBytes} B · 15 files`,
    );
  });

  test("says why it will not start", async () => {
    const report = await checkModel(filesOf(sampleWith({ "base_model/safety_checker/": undefined })), OPTIONS);
    expect(verdictText(report.verdict, report.findings, tools(t))).toBe(
      "Will not start: base_model lacks safety_checker",
    );
  });
});
