import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What SECURITY.md promises is held by tests that there are. */

const text = readFileSync("SECURITY.md", "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| threat") && !line.startsWith("| ---"))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));

/** "`file`: title; title. `file`" → each file with its titles. */
function proofsOf(cell: string): { file: string; titles: string[] }[] {
  return [...cell.matchAll(/`([^`]+)`(?:: ([^`]*?))?(?=\. `|\.?$)/g)].map(([, file = "", titles = ""]) => ({
    file,
    titles: titles
      .split(";")
      .map((title) => title.trim())
      .filter(Boolean),
  }));
}

test.each(rows)("%s", (_threat, measure, cell) => {
  expect(measure).not.toBe("");
  const proofs = proofsOf(cell ?? "");
  expect(proofs.length).toBeGreaterThan(0);
  for (const { file, titles } of proofs) {
    expect(existsSync(file), file).toBe(true);
    const source = readFileSync(file, "utf8");
    for (const title of titles) expect(source, file).toContain(`"${title}"`);
  }
});
