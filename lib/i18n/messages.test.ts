import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../errors";
import en from "./messages/en.json";
import zhCN from "./messages/zh-CN.json";
import { createTranslate, type Messages } from "./translate";

function flatten(messages: Messages, prefix = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

const english = new Map(flatten(en));
const chinese = new Map(flatten(zhCN));
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe("the two languages", () => {
  test("have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("take the same parameters", () => {
    const different = [...english].filter(
      // A singular may spell its number out, a plural may not.
      ([key, text]) =>
        !key.endsWith("_one") && placeholders(text).join() !== placeholders(chinese.get(key) ?? "").join(),
    );
    expect(different).toEqual([]);
  });

  test("have both forms of every plural", () => {
    const halves = [...english.keys()].filter(
      (key) =>
        (key.endsWith("_one") && !english.has(key.replace(/_one$/, "_other"))) ||
        (key.endsWith("_other") && !english.has(key.replace(/_other$/, "_one"))),
    );
    expect(halves).toEqual([]);
  });

  test("leave no text empty and no Latin quotes around Chinese", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
    expect([...chinese].filter(([, text]) => /"[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });
});

describe("errors", () => {
  test.each(ERROR_CODES)("%s has a title and a hint that says what to do", (code) => {
    for (const texts of [english, chinese]) {
      expect(texts.get(`errors.${code}.title`)).toBeTruthy();
      expect(texts.get(`errors.${code}.hint`)).toBeTruthy();
    }
  });
});

describe("translate", () => {
  const messages: Messages = { a: { hi: "Hi {name}", n_one: "{count} file", n_other: "{count} files" } };
  const t = createTranslate(messages, "en");

  test("fills parameters and keeps unknown placeholders visible", () => {
    expect(t.maybe("a.hi", { name: "Lu" })).toBe("Hi Lu");
    expect(t.maybe("a.hi")).toBe("Hi {name}");
  });

  test("chooses the plural by count and groups the number", () => {
    expect(t.maybe("a.n", { count: 1 })).toBe("1 file");
    expect(t.maybe("a.n", { count: 1200 })).toBe("1,200 files");
  });

  test("uses the other form where a language has no singular", () => {
    expect(createTranslate(messages, "zh-CN").maybe("a.n", { count: 1 })).toBe("1 files");
  });

  test("does not read what objects inherit", () => {
    expect(t.maybe("a.constructor")).toBeUndefined();
    expect(t.maybe("toString.name")).toBeUndefined();
  });
});
