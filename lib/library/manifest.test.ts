import { describe, expect, test } from "vitest";
import { compareManifests, type Manifest, partsOf, toManifest } from "./manifest";

const BEFORE: Manifest = [
  ["base_model/unet/config.json", 10, '"A"'],
  ["base_model/vae/config.json", 20, '"B"'],
];

describe("what changed since", () => {
  test.each<[string, Manifest, ReturnType<typeof compareManifests>]>([
    ["nothing", BEFORE, { added: [], removed: [], changed: [] }],
    ["a file came", [...BEFORE, ["lora/x", 1, '"C"']], { added: ["lora/x"], removed: [], changed: [] }],
    ["a file went", BEFORE.slice(1), { added: [], removed: ["base_model/unet/config.json"], changed: [] }],
    [
      "same size, other bytes",
      [["base_model/unet/config.json", 10, '"Z"'], ...BEFORE.slice(1)],
      { added: [], removed: [], changed: ["base_model/unet/config.json"] },
    ],
    [
      "grown",
      [["base_model/unet/config.json", 11, '"A"'], ...BEFORE.slice(1)],
      { added: [], removed: [], changed: ["base_model/unet/config.json"] },
    ],
  ])("%s", (_, now, changes) => expect(compareManifests(BEFORE, now)).toEqual(changes));

  test("paths are relative to the root, whose own placeholder is no file", () => {
    const objects = [
      { key: "m/", sizeBytes: 0, etag: "0" },
      { key: "m/a/b", sizeBytes: 3, etag: "1" },
    ];
    expect(toManifest(objects, "m/")).toEqual([["a/b", 3, "1"]]);
  });

  test("the parts of a root are its folders, each once", () => {
    expect(partsOf(["base_model/a", "base_model/b/c", "readme.md", "lora/x"])).toEqual(["base_model", "lora"]);
    expect(partsOf(Array.from({ length: 40 }, (_, n) => `f${n}/x`))).toHaveLength(12);
  });
});
