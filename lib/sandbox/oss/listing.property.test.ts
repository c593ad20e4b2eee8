import fc from "fast-check";
import { expect, test } from "vitest";
import { listPage } from "./listing";
import { SortedMap } from "./store/sorted-map";

/** Few letters, so that keys share prefixes; both sides of the place where UTF-16 and UTF-8 order differ. */
const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom("a", "b", "/", "-", "分", "\uffee", "😀", "\u0001"), maxLength });

const question = fc.record({
  keys: fc.uniqueArray(
    text(6).filter((key) => key !== ""),
    { maxLength: 25 },
  ),
  prefix: text(2),
  delimiter: fc.constantFrom("", "/", "-", "b/", "分"),
  after: text(4),
  limit: fc.integer({ min: 1, max: 5 }),
  deleted: fc.nat({ max: 5 }),
});

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Everything at once, by the words of the reference: group, sort, leave out what the marker has passed. */
function expected(keys: string[], prefix: string, delimiter: string, after: string): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? `key ${key}` : `prefix ${key.slice(0, end + delimiter.length)}`;
    });
  const name = (entry: string) => entry.slice(entry.indexOf(" ") + 1);
  return [...new Set(entries)]
    .sort((a, b) => byBytes(name(a), name(b)))
    .filter((entry) => byBytes(name(entry), after) > 0);
}

test("pages of any size hold together what a naive listing holds", () => {
  fc.assert(
    fc.property(question, ({ keys, prefix, delimiter, after, limit, deleted }) => {
      const objects = new SortedMap<boolean>();
      for (const key of keys) objects.set(key, true);
      // Walked in between, so that both adding and removing meet a sorted list.
      objects.keys();
      const gone = keys.slice(0, deleted);
      for (const key of gone) objects.delete(key);
      if (gone[0] !== undefined) objects.set(gone[0], true);
      const present = keys.filter((key) => key === gone[0] || !gone.includes(key));
      const listed: string[] = [];
      let marker = after;
      for (let page = 0; page <= keys.length; page++) {
        const { keys: found, prefixes, next } = listPage(objects, { prefix, delimiter, after: marker, limit });
        expect(found.length + prefixes.length).toBeLessThanOrEqual(limit);
        const entries = [...found.map((key) => `key ${key}`), ...prefixes.map((group) => `prefix ${group}`)];
        const name = (entry: string) => entry.slice(entry.indexOf(" ") + 1);
        listed.push(...entries.sort((a, b) => byBytes(name(a), name(b))));
        if (next === undefined) break;
        expect(found.length + prefixes.length).toBe(limit);
        marker = next;
      }
      expect(listed).toEqual(expected(present, prefix, delimiter, after));
    }),
    { numRuns: 2000 },
  );
});
