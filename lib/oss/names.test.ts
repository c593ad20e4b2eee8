import { describe, expect, test } from "vitest";
import { isBucketName, keyBelow, parsePrefix } from "./names";

describe("bucket names", () => {
  test.each(["abc", "a-b", "0a9", "a".repeat(63)])("%s is one", (name) => expect(isBucketName(name)).toBe(true));
  test.each(["ab", "-ab", "ab-", "Abc", "a_b", "a.b", "a/b", "a".repeat(64), "abc\n"])("%j is none", (name) =>
    expect(isBucketName(name)).toBe(false),
  );
});

describe("prefixes", () => {
  test.each([
    ["", ""],
    ["/", ""],
    ["models", "models/"],
    ["/models/sd15/", "models/sd15/"],
    ["模型/甲", "模型/甲/"],
  ])("%j → %j", (typed, prefix) => expect(parsePrefix(typed)).toBe(prefix));
  test.each(["a//b", "..", "a/../b", "a/./b", "a\\b", "a\u0000"])("refuses %j", (typed) =>
    expect(() => parsePrefix(typed)).toThrow(expect.objectContaining({ code: "invalid_input" })),
  );
});

describe("keys", () => {
  test("lie below the prefix, an empty folder keeps its slash", () => {
    expect(keyBelow("models/sd15/", "base_model/unet/config.json")).toBe("models/sd15/base_model/unet/config.json");
    expect(keyBelow("models/sd15/", "base_model/")).toBe("models/sd15/base_model/");
  });
  test.each(["../x", "a/../../x", "/x", "", "a//b", `${"x".repeat(1020)}`])("refuses %j", (path) =>
    expect(() => keyBelow("models/", path)).toThrow(expect.objectContaining({ code: "invalid_input" })),
  );
});
