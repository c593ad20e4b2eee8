import { describe, expect, test } from "vitest";
import { checkModel } from "./check";
import { memoryFile } from "./model-file";
import { sampleModel } from "./sample";

const files = () => sampleModel().map(({ path, bytes }) => memoryFile(path, bytes));

describe("sample model", () => {
  test("loads as a diffusers folder with every flag that needs no further folder", async () => {
    for (const blade of [true, false]) {
      const report = await checkModel(files(), { func: "base", blade, translate: false, closeSafety: false });
      expect(report.findings).toEqual([]);
      expect(report.verdict).toEqual({
        ok: true,
        outcome: "loads",
        kind: "sd15",
        loadsVia: "diffusers",
        files: 15,
        totalBytes: sampleModel().reduce((total, { bytes }) => total + bytes.length, 0),
      });
    }
  });

  test("is small and the same every time", () => {
    const [first, second] = [sampleModel(), sampleModel()];
    expect(second.map(({ path }) => path)).toEqual(first.map(({ path }) => path));
    const differs = first.filter(({ bytes }, at) => bytes.some((byte, index) => byte !== second[at]?.bytes[index]));
    expect(differs).toEqual([]);
    const total = first.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(total).toBeGreaterThan(100_000);
    expect(total).toBeLessThan(1_000_000);
  });

  test("an OSS prefix with the layout passes where it is", async () => {
    const flags = { func: "base", blade: false, translate: false, closeSafety: false } as const;
    const report = await checkModel(files(), { ...flags, inPlace: true });
    expect(report.verdict.ok).toBe(true);
    expect(report.plan.steps).toEqual([]);
    expect(report.plan.files.every(({ source, target }) => source.path === target)).toBe(true);
  });
});
