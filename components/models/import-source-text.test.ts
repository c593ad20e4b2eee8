import { expect, test } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { createTranslate } from "@/lib/i18n/translate";
import { sourceText } from "./import-source-text";

const t = createTranslate(en, "en");

test.each([
  ["Chinese", "https://example.com/%E6%A8%A1%E5%9E%8B.safetensors", "https://example.com/模型.safetensors"],
  ["what means something as a number", "https://example.com/a%2Fb%3Fc", "https://example.com/a%2Fb%3Fc"],
  ["a blank", "https://example.com/a%20b", "https://example.com/a%20b"],
  ["a sign that turns the writing", "https://example.com/%E2%80%AEb.exe", "https://example.com/%E2%80%AEb.exe"],
  ["what is no UTF-8", "https://example.com/%FF", "https://example.com/%FF"],
])("an address with %s is shown as people can read it", (_, url, shown) => {
  expect(sourceText(t, { kind: "url", url })).toBe(shown);
});
