import { expect, test } from "vitest";
import { safeNextPath } from "./next-path";

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
