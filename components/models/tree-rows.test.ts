import { describe, expect, test } from "vitest";
import type { ModelFinding } from "@/lib/models/findings";
import { memoryFile } from "@/lib/models/model-file";
import type { ModelPlan } from "@/lib/models/types";
import { BEHIND, moveIn, rowsOf, type TreeRow, treeOf } from "./tree-rows";

const file = (target: string) => ({ target, source: memoryFile(target, new Uint8Array(3)) });

function plan(paths: readonly string[], left: readonly string[] = []): ModelPlan {
  return {
    files: paths.map(file),
    leftBehind: left.map((path) => ({ source: memoryFile(path, new Uint8Array(2)), reason: "system" })),
    steps: [],
  };
}

function finding(path: string, level: ModelFinding["level"]): ModelFinding {
  return { code: "left_behind", level, path, params: {}, effect: "none" } as unknown as ModelFinding;
}

const shape = (rows: readonly TreeRow[]) =>
  rows.map((row) => `${row.level} ${row.position}/${row.siblings} ${row.kind} ${row.id}`);

const PATHS = ["base_model/unet/w.bin", "base_model/a.json", "lora/b.safetensors", "notes.txt"];

describe("rowsOf", () => {
  test("opens what lies directly below the root, folders before files", () => {
    expect(shape(rowsOf(treeOf(plan(PATHS, [".DS_Store"]), []), new Set()))).toEqual([
      "1 1/4 folder base_model/",
      "2 1/2 folder base_model/unet/",
      "2 2/2 file base_model/a.json",
      "1 2/4 folder lora/",
      "2 1/1 file lora/b.safetensors",
      "1 3/4 file notes.txt",
      "1 4/4 behind behind:",
    ]);
  });

  test("closes and opens what was toggled, what stays behind too", () => {
    const toggled = new Set(["base_model/", BEHIND]);
    expect(shape(rowsOf(treeOf(plan(PATHS, [".DS_Store"]), []), toggled))).toEqual([
      "1 1/4 folder base_model/",
      "1 2/4 folder lora/",
      "2 1/1 file lora/b.safetensors",
      "1 3/4 file notes.txt",
      "1 4/4 behind behind:",
      "2 1/1 left behind:0",
    ]);
  });

  test("tells a folder's files and bytes, and the worst that was found below", () => {
    const findings = [finding("base_model/unet/w.bin", "error"), finding("base_model/a.json", "warning")];
    const rows = rowsOf(treeOf(plan(PATHS), findings), new Set());
    expect(rows[0]).toMatchObject({ files: 2, bytes: 6, worst: "error" });
    expect(rows[2]).toMatchObject({ id: "base_model/a.json", mark: { level: "warning", index: 1 } });
  });
});

describe("moveIn", () => {
  const rows = rowsOf(treeOf(plan(PATHS, ["x"]), []), new Set());
  test.each([
    [0, "ArrowDown", { to: 1 }],
    [0, "ArrowUp", { to: 0 }],
    [0, "End", { to: rows.length - 1 }],
    [3, "Home", { to: 0 }],
    [0, "ArrowRight", { to: 1 }],
    [1, "ArrowRight", { toggle: "base_model/unet/" }],
    [0, "ArrowLeft", { toggle: "base_model/" }],
    [2, "ArrowLeft", { to: 0 }],
    [5, "ArrowLeft", undefined],
    [2, "ArrowRight", undefined],
    [6, "ArrowRight", { toggle: BEHIND }],
    [0, "x", undefined],
  ])("from row %i with %s", (at, key, move) => {
    expect(moveIn(rows, at, key)).toEqual(move);
  });
});
