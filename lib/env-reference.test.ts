import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { environmentNames, environmentTable, README_OF, withTable } from "./env-reference";
import texts from "./env-reference.json";

test("every variable that the schema reads has its words, and no other", () => {
  expect(Object.keys(texts).sort()).toEqual(environmentNames().sort());
});

test.each(["en", "zh-CN"] as const)("the table in the %s README is the one of the schema", (language) => {
  const page = readFileSync(README_OF[language], "utf8");
  // Made anew by npm run docs:environment.
  expect(page).toBe(withTable(page, language));
});

test("defaults and choices are the schema's own", () => {
  const table = environmentTable("en");
  expect(table).toContain("| `PORT` | port of the console | `3000` |");
  expect(table).toMatch(/`EASEL_SANDBOX` \| .* \(`on`, `off`\) \|/);
  expect(table).toMatch(/`EASEL_OIDC_DEFAULT_ROLE` \| .* \(`owner`, `deployer`, `artist`, `viewer`\) \|/);
});
