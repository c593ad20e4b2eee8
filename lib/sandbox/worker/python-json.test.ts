import { describe, expect, it } from "vitest";
import { dumpPythonJson, JsonDecodeError, parsePythonJson, pythonRepr } from "./python-json";

describe("parsePythonJson", () => {
  it("keeps 64-bit integers and tells them from floats", () => {
    expect(parsePythonJson('{"seed": 18446744073709551615, "attn": 1.0, "one": 1}')).toEqual(
      new Map<string, unknown>([
        ["seed", 18446744073709551615n],
        ["attn", 1],
        ["one", 1n],
      ]),
    );
  });

  it("reads escapes, nesting and the words Python knows", () => {
    expect(parsePythonJson(' [true, false, null, "\\u732b\\n", [[]], NaN] ')).toEqual([
      true,
      false,
      null,
      "猫\n",
      [[]],
      Number.NaN,
    ]);
  });

  it.each([
    ["", "Expecting value: line 1 column 1 (char 0)"],
    ["{\n", "Expecting property name enclosed in double quotes: line 2 column 1 (char 2)"],
    ["{'a': 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
    ['{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"],
    ['{"a": 1 "b": 2}', "Expecting ',' delimiter: line 1 column 9 (char 8)"],
    ['{"a": 1,}', "Expecting property name enclosed in double quotes: line 1 column 9 (char 8)"],
    ["[1,]", "Expecting value: line 1 column 4 (char 3)"],
    ["{} {}", "Extra data: line 1 column 4 (char 3)"],
    ['"abc', "Unterminated string starting at: line 1 column 1 (char 0)"],
    ['"\\q"', "Invalid \\escape: line 1 column 2 (char 1)"],
    ["01", "Extra data: line 1 column 2 (char 1)"],
  ])("%j fails as Python does", (text, message) => {
    expect(() => parsePythonJson(text)).toThrow(new JsonDecodeError(message));
  });

  it("refuses nesting that would end the stack", () => {
    expect(() => parsePythonJson("[".repeat(100_000))).toThrow(JsonDecodeError);
  });
});

describe("dumpPythonJson", () => {
  it("writes ASCII with blanks, integers and floats as Python does", () => {
    const value = new Map<string, ReturnType<typeof parsePythonJson>>([
      ["prompt", '猫 "x"'],
      ["n", [1n, 1, 0.5, true, null]],
    ]);
    expect(dumpPythonJson(value)).toBe('{"prompt": "\\u732b \\"x\\"", "n": [1, 1.0, 0.5, true, null]}');
  });
});

describe("pythonRepr", () => {
  it("shows values as format strings do", () => {
    expect(pythonRepr(["it's", "a", null, true, 2n])).toBe(`["it's", 'a', None, True, 2]`);
  });
});
