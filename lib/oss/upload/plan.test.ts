import { describe, expect, test } from "vitest";
import { partRange, partSizeBehind, partSizeFor, partSizeOnLine, planUpload } from "./plan";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** A blob of any size that holds nothing. */
function sized(size: number): Blob {
  return { size } as Blob;
}

describe("part size", () => {
  test.each([
    ["just over one request", 9 * MIB, 16],
    ["a usual checkpoint", 4 * GIB, 16],
    ["60 GB", 60e9, 32],
    ["1 TiB", 1024 * GIB, 1024],
  ])("%s", (_, size, expectedMib) => {
    const part = partSizeFor(size);
    expect(part).toBe(expectedMib * MIB);
    expect(Math.ceil(size / (part ?? 1))).toBeLessThanOrEqual(10_000);
  });

  test("is refused where even 10,000 parts do not hold the file", () => {
    expect(partSizeFor(48.8e12)).toBeUndefined();
  });
});

describe("parts on a slow line", () => {
  const item = (size: number) => {
    const found = planUpload([{ path: "a", file: sized(size) }]).plan.items[0];
    if (!found) throw new Error("not planned");
    return found;
  };

  test.each([
    ["unchanged on a fast one", 4 * GIB, 100e6, 16],
    ["as long as a break may cost", 1 * GIB, 300e3, 4],
    ["a MiB at least", 1 * GIB, 1_000, 1],
    ["not more than 2,000 of them", 20 * GIB, 1_000, 16],
  ])("%s", (_, size, bytesPerSecond, expectedMib) => {
    expect(partSizeOnLine(item(size), bytesPerSecond)).toBe(expectedMib * MIB);
  });

  test.each([
    ["nothing: as planned", [], 16],
    [
      "full parts: theirs",
      [
        [1, 4],
        [3, 4],
      ],
      4,
    ],
    ["the last part alone of a planned cut", [[3, 8]], 16],
    [
      "parts of another file: none",
      [
        [1, 4],
        [2, 5],
      ],
      undefined,
    ],
    ["a number beyond the end: none", [[11, 4]], undefined],
  ] as const)("what has arrived tells the size: %s", (_, parts, expectedMib) => {
    const list = parts.map(([number, mib]) => ({ number, etag: "", sizeBytes: mib * MIB }));
    expect(partSizeBehind(list, item(40 * MIB))).toBe(expectedMib && expectedMib * MIB);
  });
});

describe("plan", () => {
  test("small files go whole, large ones in parts, empty ones too", () => {
    const { plan, problems } = planUpload([
      { path: "model_index.json", file: sized(541) },
      { path: "empty", file: sized(0) },
      { path: "edge.bin", file: sized(8 * MIB) },
      { path: "unet/w.safetensors", file: sized(40 * MIB), lastModified: 7 },
    ]);
    expect(problems).toEqual([]);
    expect(plan.totalBytes).toBe(541 + 48 * MIB);
    expect(plan.items.map((item) => [item.path, item.mode, item.partCount])).toEqual([
      ["model_index.json", "put", 1],
      ["empty", "put", 1],
      ["edge.bin", "put", 1],
      ["unet/w.safetensors", "multipart", 3],
    ]);
    const large = plan.items[3];
    expect(large?.lastModified).toBe(7);
    expect(large && [0, 1, 2].map((index) => partRange(large, index))).toEqual([
      { start: 0, end: 16 * MIB },
      { start: 16 * MIB, end: 32 * MIB },
      { start: 32 * MIB, end: 40 * MIB },
    ]);
  });

  test.each(["", "/a", "a//b", "a/../b", "./a", "a\\b", "a\nb", "/", "a//", `${"长".repeat(342)}`])(
    "refuses the path %j",
    (path) => {
      const { plan, problems } = planUpload([{ path, file: sized(1) }]);
      expect(plan.items).toEqual([]);
      expect(problems).toEqual([{ path, reason: "bad_path" }]);
    },
  );

  test("keeps the first of two files with one path", () => {
    const { plan, problems } = planUpload([
      { path: "a", file: sized(1) },
      { path: "a", file: sized(2) },
    ]);
    expect(plan.items.map((item) => item.sizeBytes)).toEqual([1]);
    expect(problems).toEqual([{ path: "a", reason: "duplicate" }]);
  });
});
