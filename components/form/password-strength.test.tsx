import { expect, test } from "vitest";
import { passwordStrength } from "./password-strength";

test.each([
  ["", "short"],
  ["a1B$xyz", "short"],
  ["password", "weak"],
  ["12345678901234", "weak"],
  ["aaaaaaaaaaaaaaaaaaaa", "weak"],
  ["vermilion7x", "fair"],
  ["easel canvas brush", "strong"],
  ["8Kd#2pQ!x9Lm", "strong"],
  ["画架上的山水与日落", "strong"],
])("%j is %s", (password, strength) => {
  expect(passwordStrength(password)).toBe(strength);
});
