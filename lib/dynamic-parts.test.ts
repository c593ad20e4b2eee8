import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What `dynamic(` is called with, up to the parenthesis that closes it. */
function callsOf(source: string): string[] {
  return source
    .split("dynamic(")
    .slice(1)
    .map((rest) => {
      let open = 1;
      const end = [...rest].findIndex((char) => {
        open += char === "(" ? 1 : char === ")" ? -1 : 0;
        return open === 0;
      });
      return rest.slice(0, end);
    });
}

const pagesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx"))
    .map((path) => join(folder, path));

test("a part that comes later has a place of its own: without one, all around it vanishes until it is there", () => {
  const parts = [...pagesIn("components"), ...pagesIn("app")].flatMap((path) =>
    callsOf(readFileSync(path, "utf8")).map((call) => ({ path, call })),
  );
  expect(parts.length).toBeGreaterThan(20);
  expect(parts.filter(({ call }) => !call.includes("loading:") && !call.includes("ssr: false"))).toEqual([]);
});
