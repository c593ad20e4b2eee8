import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findSections, termsOf } from "./find-sections";
import { GUIDES } from "./guides";
import { parseGuide } from "./parse-guide";

const guides = (locale: string) =>
  GUIDES.map((id) => ({ id, guide: parseGuide(readFileSync(`lib/guides/${locale}/${id}.md`, "utf8")) }));
const first = (locale: string, asked: string) =>
  findSections(guides(locale), asked).map(({ guide, section }) => `${guide}#${section.ids[0]}`)[0];

describe("a search by the symptom", () => {
  test.each([
    ["en", "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB", "service#gpu_memory"],
    ["en", "ValueError: base_model dir must be provided", "service#base_model_missing"],
    ["en", 'Failed to pull image "x": no space left on device', "service#image_disk_full"],
    ["en", "HTTP/1.1 503 Service Unavailable\n\nno healthy upstream", "calls#no_instance"],
    ["en", "408", "calls#too_slow"],
    ["en", "set-up code", "console#set-up-code"],
    ["en", "cors", "account#bucket_cors"],
    ["en", "forgot the password", "console#password"],
    ["zh-CN", "显存不足", "service#gpu_memory"],
    ["zh-CN", "初始化代码在哪里", "console#set-up-code"],
    ["zh-CN", "跨域规则", "account#bucket_cors"],
  ])("%s: %s", (locale, asked, expected) => {
    expect(first(locale, asked)).toBe(expected);
  });

  test("finds nothing where nothing fits, and bears any text", () => {
    expect(findSections(guides("en"), "xylophone zebra")).toEqual([]);
    for (const asked of ["(", "[[[", "***", "\u0000", "a".repeat(100_000), "的"]) findSections(guides("zh-CN"), asked);
  });

  test("takes Latin words whole and Chinese in pairs, each once", () => {
    expect(termsOf("The OSS bucket, oss")).toEqual(["oss", "bucket"]);
    expect(termsOf("显存不足 GPU")).toEqual(["显存", "存不", "不足", "gpu"]);
  });
});

describe("a guide", () => {
  test("takes the ids of a heading from the comment before it", () => {
    const guide = parseGuide("# Title\n\nLead.\n\n<!-- one two -->\n## A *heading*\n\nText with `code`.\n");
    expect(guide.title).toBe("Title");
    expect(guide.sections.map(({ ids, depth, title, text }) => ({ ids, depth, title, text }))).toEqual([
      { ids: ["one", "two"], depth: 2, title: "A heading", text: "Text with code." },
    ]);
  });

  test("is refused without a title, and a heading without an id", () => {
    expect(() => parseGuide("Text")).toThrow("title");
    expect(() => parseGuide("# Title\n\n## Heading")).toThrow("no id");
  });
});
