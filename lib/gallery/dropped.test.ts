import { describe, expect, test, vi } from "vitest";
import { taskIdOf } from "@/lib/generations/picture-name";
import { FIRST_VALUES } from "@/lib/playground/form-values";
import { GenerateInputSchema } from "@/lib/playground/input";
import { droppedValues, readDropped, readText } from "./dropped";
import type { Picture } from "./view";

const image = { key: "out/easel-inputs/a.png", width: 512, height: 512 };
const pictureOf = (input: object, service = "sd15") =>
  ({
    tile: { service },
    generation: { service, seed: "42", input: GenerateInputSchema.parse({ prompt: "a cat", ...input }) },
  }) as Picture;
const NAME = "abcd1234efgh5678_20261130_220501_7.png";

describe("names that say which picture it is", () => {
  test.each([
    [NAME, "abcd1234efgh5678"],
    [`out/result/${NAME}`, "abcd1234efgh5678"],
    // As a browser calls the second download, and as our archives call theirs.
    ["abcd1234efgh5678_20261130_220501_7 (1).png", "abcd1234efgh5678"],
    ["20261130-220501_abcd1234efgh5678_20261130_220501_7.png", "abcd1234efgh5678"],
    ["abcd1234efgh5678_20261130_220501_7.json", undefined],
    ["holiday.png", undefined],
    ["ABCD1234_20261130_220501_7.png", undefined],
    ["short_20261130_220501_7.png", undefined],
    ["../etc_20261130_220501_7.png", undefined],
  ])("%s", (name, expected) => {
    expect(taskIdOf(name)).toBe(expected);
  });
});

describe("a dropped file", () => {
  test("is looked up by its name first", async () => {
    const find = vi.fn(async () => pictureOf({ func: "t2i" }));
    const dropped = await readDropped(new File(["x"], NAME), find);
    expect(find).toHaveBeenCalledWith("abcd1234efgh5678");
    expect(dropped.kind).toBe("ours");
  });

  test("that says nothing is none", async () => {
    expect(await readDropped(new File(["x"], NAME), async () => undefined)).toEqual({ kind: "none" });
    expect(await readDropped(new File(["x"], "a.png"), async () => undefined)).toEqual({ kind: "none" });
  });
});

describe("its settings in the form", () => {
  test("all of one of ours, its seed too", () => {
    const ours = { kind: "ours" as const, picture: pictureOf({ func: "i2i", image }) };
    const { values, unused } = droppedValues(FIRST_VALUES, ours, "sd15");
    expect(values).toMatchObject({ func: "i2i", prompt: "a cat", seed: "42", image });
    expect(unused).toEqual([]);
  });

  test("input pictures belong to the service that they were given to", () => {
    const ours = { kind: "ours" as const, picture: pictureOf({ func: "i2i", image }) };
    const { values, unused } = droppedValues(FIRST_VALUES, ours, "anime");
    expect(values).toMatchObject({ func: "i2i", prompt: "a cat" });
    expect(values.image).toBeUndefined();
    expect(unused).toEqual([{ kind: "inputs" }]);
  });

  test("of a text only what it says; LoRAs of before are not its own", () => {
    const dropped = readText("a boat\nSteps: 12, Sampler: Euler, Seed: 9");
    if (dropped.kind === "none") throw new Error("not read");
    const before = { ...FIRST_VALUES, cfgScale: 3, loras: [{ path: "lora/a.safetensors", weight: 1 }] };
    const { values, unused } = droppedValues(before, dropped, "sd15");
    expect(values).toMatchObject({ prompt: "a boat", steps: 12, seed: "9", cfgScale: 3, width: 512, loras: [] });
    expect(unused).toEqual([{ kind: "setting", name: "Sampler", value: "Euler" }]);
  });
});
