import { expect, test } from "vitest";
import { decodeText } from "./batch-file";

test.each([
  ["UTF-8", "e4b880e58faae78cab", "一只猫"],
  ["UTF-8 with its mark", "efbbbfe4b880e58faae78cab", "一只猫"],
  ["GBK", "d2bbd6bbb9b72c37", "一只狗,7"],
  ["UTF-16, little end first", "fffe004eea532b73", "一只猫"],
  ["UTF-16, big end first", "feff4e0053ea732b", "一只猫"],
])("%s", (_, hex, text) => {
  expect(decodeText(Buffer.from(hex, "hex"))).toBe(text);
});
