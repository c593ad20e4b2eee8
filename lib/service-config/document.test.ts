import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyPatches, formatDocument, readDocument } from "./document";
import { FIELDS, type FieldSpec } from "./fields";
import { type JsonObject, locate, type Path, showPath, valueAt } from "./json-path";

const problem = (text: string) => {
  const read = readDocument(text);
  return read.ok ? undefined : read.problem;
};

describe("readDocument", () => {
  it.each([
    ["nothing", "  ", "empty", 1, 1],
    ["a comma too many", '{\n  "a": 1,\n}', "syntax", 3, 1],
    ["a comment", '{ // no\n "a": 1}', "syntax", 1, 3],
    ["an open end", '{"a": [1', "syntax", 1, 9],
    ["a raw line break in a text", '{"a": "b\nc"}', "syntax", 1, 7],
    ["a list", "[]", "not_object", 1, 1],
    ["a key given twice", '{\n "a": {"b": 1,\n "b": 2}}', "duplicate", 3, 2],
  ])("refuses %s, and says where", (_, text, code, line, column) => {
    expect(problem(text)).toMatchObject({ code, line, column });
  });
});

describe("one change", () => {
  it("leaves the rest as it was, to the letter", () => {
    const text = `{
    "zeta": 1.50,
    "big": 12345678901234567890, "e": 1E3,
    "metadata": {"name":   "a"}
}`;
    expect(applyPatches(text, [{ path: ["metadata", "name"], value: "b" }])).toBe(text.replace('"a"', '"b"'));
  });

  it.each<[string, string, Path, unknown, string]>([
    [
      "a dotted key where it stands",
      '{"metadata":{"rpc.keepalive":1}}',
      ["metadata", "rpc", "keepalive"],
      2,
      '{"metadata":{"rpc.keepalive":2}}',
    ],
    ["a list that is not there", "{}", ["containers", 0, "port"], 80, '{"containers":[{"port":80}]}'],
    ["a list beside its first element", '{"env":[{"a":1}]}', ["env", 1, "a"], 2, '{"env":[{"a":1},{"a":2}]}'],
    ["what stands in the way", '{"metadata":7}', ["metadata", "name"], "x", '{"metadata":{"name":"x"}}'],
  ])("writes %s", (_, before, path, value, after) => {
    expect(JSON.parse(applyPatches(before, [{ path, value }]))).toEqual(JSON.parse(after));
  });

  it("takes parents away that held nothing else, but no element of a list", () => {
    const text = '{"a":{"b":{"c":1}},"list":[{"x":1}],"d":{}}';
    expect(JSON.parse(applyPatches(text, [{ path: ["a", "b", "c"], value: undefined }]))).toEqual({
      list: [{ x: 1 }],
      d: {},
    });
    expect(JSON.parse(applyPatches(text, [{ path: ["list", 0, "x"], value: undefined }]))).toMatchObject({
      list: [{}],
    });
  });

  it("formats without touching a number", () => {
    expect(formatDocument('{"a":1.50,"b":[1E3]}')).toBe('{\n  "a": 1.50,\n  "b": [\n    1E3\n  ]\n}');
  });
});

it("shows a path as EAS writes it", () => {
  expect(showPath(["containers", 0, "image"])).toBe("containers[0].image");
  expect(showPath(["features", "eas.aliyun.com/x"])).toBe('features["eas.aliyun.com/x"]');
});

/** Any JSON that a person may have around the keys we know, dotted spellings and objects in odd places included. */
const KEYS = ["metadata", "rpc", "rpc.keepalive", "keepalive", "containers", "cloud", "computing", "x", "é", "", "a.b"];
const anyObject = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 4 }), {
  noNullPrototype: true,
  maxKeys: 6,
});
const anyText = fc
  .tuple(anyObject, fc.constantFrom(0, 2, 4), fc.constantFrom("12345678901234567890", "1.50", "-0", "1E+5"))
  // A number as no JavaScript number would be written, somewhere in the document.
  .map(([value, indent, number]) =>
    JSON.stringify({ ...value, odd: "@@odd@@" }, null, indent).replace('"@@odd@@"', number),
  );
const anyField = fc
  .constantFrom<FieldSpec[]>(
    ...[
      ...Object.values(FIELDS)
        .flat()
        .filter(({ kind }) => ["text", "integer", "switch"].includes(kind)),
    ],
  )
  .map((spec) => ({ path: spec.path, value: spec.kind === "text" ? "new" : spec.kind === "switch" ? true : 7 }));

describe("any document", () => {
  it("gives back what was written, and keeps all else", () => {
    fc.assert(
      fc.property(anyText, anyField, (text, patch) => {
        const before = JSON.parse(text) as JsonObject;
        const after = applyPatches(text, [patch]);
        const value = JSON.parse(after) as JsonObject;
        expect(valueAt(value, patch.path)).toEqual(patch.value);
        expect(numberOf(after, "odd")).toBe(numberOf(text, "odd"));
        // Whatever is not on the way to the field is the same, in the same order.
        const root = locate(value, patch.path)?.[0];
        for (const key of Object.keys(before)) if (key !== root) expect(value[key]).toEqual(before[key]);
        const keys = (object: JsonObject) => Object.keys(object).filter((key) => key !== root);
        expect(keys(value)).toEqual(keys(before));
      }),
    );
  });

  it("is the same again when a change is taken back", () => {
    fc.assert(
      fc.property(anyText, anyField, (text, patch) => {
        const before = JSON.parse(text) as JsonObject;
        if (locate(before, patch.path)) {
          const former = valueAt(before, patch.path);
          const back = applyPatches(applyPatches(text, [patch]), [{ path: patch.path, value: former }]);
          expect(JSON.parse(back)).toEqual(before);
        } else if (locate(before, patch.path.slice(0, 1)) === undefined) {
          const back = applyPatches(applyPatches(text, [patch]), [{ path: patch.path, value: undefined }]);
          if (typeof patch.path[1] !== "number") expect(JSON.parse(back)).toEqual(before);
        }
      }),
    );
  });
});

const numberOf = (text: string, key: string) => new RegExp(`"${key}":\\s*([^,}\\s]+)`).exec(text)?.[1];
