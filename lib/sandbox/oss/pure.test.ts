import { describe, expect, test } from "vitest";
import { listPage, type Page } from "./listing";
import { parseRange } from "./range";
import { slice } from "./store/blobs";
import { combineCrc64, crc64FromHex } from "./store/crc64";
import { compareUtf8, SortedMap } from "./store/sorted-map";
import { parseXml, toXml } from "./xml";

describe("ranges", () => {
  test.each<[string | undefined, boolean, [number, number] | undefined]>([
    [undefined, false, undefined],
    ["bytes=0-3", false, [0, 4]],
    ["bytes=5-", false, [5, 10]],
    ["bytes=-3", false, [7, 10]],
    ["bytes=-30", false, [0, 10]],
    ["bytes=9-9", false, [9, 10]],
    // The vendor ignores what reaches beyond the end, unless asked to follow the standard.
    ["bytes=5-10", false, undefined],
    ["bytes=5-10", true, [5, 10]],
    ["bytes=10-", false, undefined],
    ["bytes=3-2", false, undefined],
    ["bytes=-", false, undefined],
    ["bytes=0-1,3-4", false, undefined],
    ["items=0-1", false, undefined],
  ])("%s, standard %s", (header, standard, expected) => {
    const range = parseRange(header, 10, standard);
    expect(range && [range.start, range.end]).toEqual(expected);
  });
  test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s cannot be satisfied by the standard", (header) => {
    expect(() => parseRange(header, 10, true)).toThrow(expect.objectContaining({ code: "InvalidRange" }));
  });
});

describe("CRC-64", () => {
  const digits = "11051210869376104954";
  const sentence = "2871916124362751090";
  test("joined values equal those of the joined text", () => {
    const parts = [
      { crc64: digits, size: 9 },
      { crc64: sentence, size: "This is a test of the emergency broadcast system.".length },
    ];
    expect(combineCrc64(parts)).toBe("7672622622872733320");
  });
  test("nothing is zero, and an empty part changes nothing", () => {
    expect(combineCrc64([])).toBe("0");
    expect(
      combineCrc64([
        { crc64: digits, size: 9 },
        { crc64: "0", size: 0 },
      ]),
    ).toBe(digits);
  });
  test("hex becomes an unsigned decimal", () => {
    expect(crc64FromHex("995dc9bbdf1939fa")).toBe(digits);
  });
});

describe("order of keys", () => {
  const keys = ["", "a", "a/", "a/b", "aa", "b", "é", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{1f600}x"];
  test("is that of the UTF-8 bytes", () => {
    const sorted = [...keys].sort(compareUtf8);
    const expected = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect(sorted).toEqual(expected);
  });
  test("holds through additions and removals between walks", () => {
    const map = new SortedMap<number>();
    for (const key of ["c", "a", "e"]) map.set(key, 1);
    expect(map.keys()).toEqual(["a", "c", "e"]);
    map.delete("c");
    map.set("b", 1);
    map.set("c", 2);
    map.set("z", 1);
    map.delete("z");
    map.delete("a");
    map.set("d", 1);
    expect(map.keys()).toEqual(["b", "c", "d", "e"]);
    expect(map.size).toBe(4);
  });
});

describe("pages of a listing", () => {
  const objects = new SortedMap<number>();
  const keys = ["a", "b/", "b/1", "b/2", "b/c/3", "c", "d/1", "e", "\u{1f600}/x", "\uffff"];
  for (const key of keys) objects.set(key, 0);

  function all(prefix: string, delimiter: string, limit: number): string[] {
    const entries: string[] = [];
    let after: string | undefined = "";
    while (after !== undefined) {
      const page: Page = listPage(objects, { prefix, delimiter, after, limit });
      entries.push(...[...page.keys, ...page.prefixes].sort(compareUtf8));
      after = page.next;
    }
    return entries;
  }

  test.each([1, 2, 3, 100])("%i at a time, the pages give everything once and in order", (limit) => {
    expect(all("", "", limit)).toEqual([...keys].sort(compareUtf8));
    expect(all("", "/", limit)).toEqual(["a", "b/", "c", "d/", "e", "\uffff", "\u{1f600}/"]);
    expect(all("b/", "/", limit)).toEqual(["b/", "b/1", "b/2", "b/c/"]);
    expect(all("nothing", "/", limit)).toEqual([]);
  });

  test("a marker inside a group hides the group", () => {
    const query = { prefix: "", delimiter: "/", limit: 100 };
    expect(listPage(objects, { ...query, after: "b/1" })).toMatchObject({ prefixes: ["d/", "\u{1f600}/"] });
    expect(listPage(objects, { ...query, after: "b" }).prefixes[0]).toBe("b/");
  });

  test("a page that ends exactly with the last entry is not truncated", () => {
    expect(listPage(objects, { prefix: "b/", delimiter: "", after: "", limit: 4 }).next).toBeUndefined();
    expect(listPage(objects, { prefix: "b/", delimiter: "", after: "", limit: 3 }).next).toBe("b/2");
  });
});

test.each([
  [
    0,
    10,
    [
      ["a", 5, 4],
      ["b", 0, 6],
    ],
  ],
  [
    2,
    5,
    [
      ["a", 7, 2],
      ["b", 0, 1],
    ],
  ],
  [4, 5, [["b", 0, 1]]],
  [9, 30, [["b", 5, 1]]],
  [3, 3, []],
] as const)("bytes %i to %i of two segments", (start, end, expected) => {
  const segments = [
    { blob: "a", start: 5, size: 4 },
    { blob: "b", start: 0, size: 6 },
  ];
  expect(slice(segments, start, end).map(({ blob, start: from, size }) => [blob, from, size])).toEqual(expected);
});

describe("XML", () => {
  test("white space leaves as entities, other control characters as they are, and both come back", () => {
    const key = "a\u0001<&>\"'\r\n\u{1f600}";
    const xml = toXml("Key", key);
    expect(xml).toContain("a\u0001&lt;&amp;&gt;");
    expect(xml).toContain("&#xD;&#xA;");
    expect(parseXml(xml).text.trim()).toBe(key.trim());
  });
  test("raw control characters, comments, attributes, CDATA and prefixes are read", () => {
    const xml =
      '<?xml version="1.0"?>\n<!-- c --><o:Delete a="1"><Key>a\u0001 b</Key><Key><![CDATA[<x>]]></Key><E/></o:Delete>';
    expect(parseXml(xml)).toEqual({
      name: "Delete",
      text: "",
      children: [
        { name: "Key", text: "a\u0001 b", children: [] },
        { name: "Key", text: "<x>", children: [] },
        { name: "E", text: "", children: [] },
      ],
    });
  });
  test.each(["", "text", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a><b</a>", "<a/>x"])(
    "refuses %s",
    (source) => {
      expect(() => parseXml(source)).toThrow();
    },
  );
});
