import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { FAULT_KIND_NAMES } from "./core/fault-kinds";
import { HANDLERS } from "./eas/handlers";
import { OPERATIONS } from "./oss/operations";

/** What the READMEs say of operations, sources and tests must stay true. */

const ROOMS = ["control", "eas", "gateway", "oss", "queue", "sts", "worker"] as const;

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "lib/sandbox"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path.endsWith(".test.ts"));

interface Row {
  what: string[];
  source: string;
  tests: string[];
}

/** The rows of every table whose last column is headed `test`; names in backticks or plain, separated by commas. */
function rowsOf(room: string): Row[] {
  const cellsOf = (line: string) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
  const namesOf = (cell = "") =>
    cell
      .split(",")
      .map((name) => name.replaceAll("`", "").trim())
      .filter(Boolean);
  const rows: Row[] = [];
  let inside = false;
  for (const line of readFileSync(`lib/sandbox/${room}/README.md`, "utf8").split("\n")) {
    const cells = cellsOf(line);
    if (!line.startsWith("|")) inside = false;
    else if (cells.at(-1) === "test") inside = true;
    else if (inside && !/^[\s|:-]+$/.test(line))
      rows.push({ what: namesOf(cells[0]), source: cells.at(-2) ?? "", tests: namesOf(cells.at(-1)) });
  }
  return rows;
}

describe.each(ROOMS)("the table of %s", (room) => {
  const rows = rowsOf(room);

  test("gives each operation a source and a test", () => {
    expect(rows.length).toBeGreaterThan(0);
    for (const { what, source, tests } of rows) {
      expect(source, what.join(", ")).not.toBe("");
      expect(tests, what.join(", ")).not.toEqual([]);
    }
  });

  test("names only tests that there are", () => {
    const known = new Set(files.map((path) => basename(path)));
    const named = rows.flatMap(({ tests }) => tests.map((path) => basename(path)));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("nothing is left out", () => {
  test.each([
    ["oss", Object.keys(OPERATIONS)],
    ["eas", Object.keys(HANDLERS)],
    ["sts", ["AssumeRole", "GetCallerIdentity"]],
    ["control", FAULT_KIND_NAMES],
  ] as const)("%s", (room, operations) => {
    const listed = new Set(rowsOf(room).flatMap(({ what }) => what));
    expect(operations.filter((operation) => !listed.has(operation))).toEqual([]);
  });
});
