import { expect, test } from "vitest";
import { safeNextPath, signInPath } from "./next-path";

test.each([
  ["/services/a?tab=logs#x", "/services/a?tab=logs#x"],
  ["/", "/"],
  [undefined, "/"],
  ["services", "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["/\t/evil.example/", "/"],
  ["javascript:alert(1)", "/"],
])("%s → %s", (given, expected) => {
  expect(safeNextPath(given)).toBe(expected);
});

test("the sign-in page carries where to go on", () => {
  expect(signInPath("/a?b=1")).toBe("/sign-in?next=%2Fa%3Fb%3D1");
  expect(signInPath("//evil.example")).toBe("/sign-in");
});
