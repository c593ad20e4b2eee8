import { expect, it } from "vitest";
import { plainLine } from "./plain-line";

const ESC = "\u001b";

it.each([
  ["colours", `${ESC}[1;31mError${ESC}[0m: x`, "Error: x"],
  ["cursor movements", `a${ESC}[2K${ESC}[1Gb`, "ab"],
  ["a title", `${ESC}]0;evil title\u0007text`, "text"],
  ["a link", `${ESC}]8;;https://example.com${ESC}\\name${ESC}]8;;${ESC}\\`, "name"],
  ["an 8-bit sequence", "\u009b31mred", "red"],
  ["text turned around", "safe\u202Etxt.exe", "safetxt.exe"],
  ["backspaces and bells", "a\u0008b\u0007c", "abc"],
  ["a progress bar", "  0%|    |\r 50%|##  |\r100%|####|", "100%|####|"],
  ["a carriage return at the end", "line\r", "line"],
  ["tabs and Chinese", "\t正在加载", "\t正在加载"],
  ["markup", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
])("%s", (_, line, plain) => {
  expect(plainLine(line)).toBe(plain);
});

it("cuts what no one can read", () => {
  expect(plainLine("x".repeat(1_000_000)).length).toBe(10_001);
});
