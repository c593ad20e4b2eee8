import { describe, expect, it } from "vitest";
import { generationMs, gpuModel, memoryGb, outOfMemory } from "./pace";

const job = (side: number, steps = 50, images = 1) => ({ width: side, height: side, steps, images });

describe("generationMs", () => {
  it("takes about three seconds for 512 x 512 at 50 steps without Blade", () => {
    expect(generationMs(job(512), "A10", false)).toBeCloseTo(3009, 0);
  });

  it.each([
    ["Blade", generationMs(job(512), "A10", true), 2.68 / 6.14],
    ["768 x 768", generationMs(job(768), "A10", false), 14.88 / 6.14],
    ["half the steps", generationMs(job(512, 25), "A10", false), 0.5],
    ["four images", generationMs(job(512, 50, 4), "A10", false), 4],
    ["a T4", generationMs(job(512), "T4", false), 2.4],
  ])("%s scales it as measured", (_, ms, factor) => {
    expect(ms / generationMs(job(512), "A10", false)).toBeCloseTo(factor, 5);
  });
});

describe("memory", () => {
  it.each([
    [512, false, 6.98],
    [768, false, 15.35],
    [512, true, 5.44],
    [768, true, 5.77],
    [1024, true, 5.98],
  ])("%i, Blade %s: close to the measured %f GB", (side, blade, gb) => {
    expect(Math.abs(memoryGb(job(side), blade) - gb)).toBeLessThan(0.2);
  });

  it.each([
    [1024, "A10", false, true],
    [1024, "GU30", false, true],
    [1024, "A10", true, false],
    [1024, "A100", false, false],
    [768, "A10", false, false],
    [768, "T4", false, true],
  ])("%i on %s, Blade %s: out of memory %s", (side, gpu, blade, expected) => {
    expect(outOfMemory(job(side), gpu, blade) !== undefined).toBe(expected);
  });
});

describe("gpuModel", () => {
  it.each([
    ["NVIDIA A10", 24, true],
    ["A100", 80, true],
    ["GU30", 24, true],
    ["T4", 16, false],
    ["H20", 24, false],
  ])("%s", (name, memory, blade) => {
    expect(gpuModel(name)).toMatchObject({ memoryGb: memory, blade });
  });
});
