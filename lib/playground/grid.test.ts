import { describe, expect, test } from "vitest";
import { type AxisText, type GridParameter, gridParameters, planGrid, splitValues } from "./grid";
import { GenerateInputSchema } from "./input";

const base = GenerateInputSchema.parse({
  func: "t2i",
  prompt: "a red house, red door",
  negativePrompt: "red",
  seed: "18446744073709551615",
  loras: [
    { path: "lora/a.safetensors", weight: 0.5 },
    { path: "lora/b.safetensors", weight: 0.9 },
  ],
});
const image = { key: "out/easel-inputs/x.png", width: 512, height: 512 };
const axis = (parameter: GridParameter, text: string): AxisText => ({ parameter, text });

describe("values of an axis", () => {
  test.each([
    ["20, 30,50", ["20", "30", "50"]],
    ["20，30", ["20", "30"]],
    ["20\n30\n", ["20", "30"]],
    ['"a, b", c, "say ""hi"""', ["a, b", "c", 'say "hi"']],
    ["", []],
    [" , ,", []],
  ])("“%s”", (text, values) => {
    expect(splitValues(text)).toEqual(values);
  });

  test.each([
    ["steps", "10-50 (+10)", ["10", "20", "30", "40", "50"]],
    ["steps", "10-40 [4]", ["10", "20", "30", "40"]],
    ["steps", "1-4", ["1", "2", "3", "4"]],
    ["cfgScale", "5-7 [3], 12", ["5", "6", "7", "12"]],
    ["cfgScale", "1-2 (+0.25)", ["1", "1.25", "1.5", "1.75", "2"]],
    ["steps", "20, 20, 30", ["20", "30"]],
    ["prompt", "red, 2-4, blue", ["red", "2-4", "blue"]],
  ] as const)("%s “%s”", (parameter, text, values) => {
    expect(planGrid(base, axis(parameter, text), undefined, "same")).toMatchObject({ ok: true, x: { values } });
  });

  test.each([
    ["steps", "", { code: "empty", axis: "x" }],
    ["steps", "many", { code: "not_a_number", value: "many" }],
    ["steps", "50-10", { code: "range", value: "50-10" }],
    ["steps", "1-9 [99]", { code: "range" }],
    ["steps", "1-100", { code: "axis_too_long" }],
    ["steps", "20, 500", { code: "value", value: "500", issue: { code: "too_big" } }],
    ["steps", "20.5", { code: "value", value: "20.5" }],
    ["seed", "18446744073709551616", { code: "value", issue: { message: "playground.rules.seed" } }],
    ["size", "large", { code: "not_a_size", value: "large" }],
    ["size", "32x512", { code: "value", value: "32x512" }],
    ["prompt", "green, blue", { code: "not_in_prompt", value: "green" }],
    ["lora", "../secret.bin", { code: "value", issue: { message: "playground.rules.modelPath" } }],
  ] as const)("%s “%s” is refused", (parameter, text, problem) => {
    expect(planGrid(base, axis(parameter, text), undefined, "same")).toMatchObject({ ok: false, problem });
  });
});

describe("a grid", () => {
  const planned = (x: AxisText, y?: AxisText, seeds: "same" | "each" = "same", input = base) => {
    const grid = planGrid(input, x, y, seeds);
    if (!grid.ok) throw new Error(JSON.stringify(grid.problem));
    return grid.inputs;
  };

  test("goes row by row, all with the same seed", () => {
    const inputs = planned(axis("steps", "10, 20"), axis("cfgScale", "3, 7, 9"));
    expect(inputs.map(({ steps, cfgScale }) => [steps, cfgScale])).toEqual([
      [10, 3],
      [20, 3],
      [10, 7],
      [20, 7],
      [10, 9],
      [20, 9],
    ]);
    expect(new Set(inputs.map(({ seed }) => seed))).toEqual(new Set([base.seed]));
  });

  test("each with its own seed: one after the other, around the end of 64 bits", () => {
    expect(planned(axis("steps", "10, 20, 30"), undefined, "each").map(({ seed }) => seed)).toEqual([
      "18446744073709551615",
      "0",
      "1",
    ]);
  });

  test("a seed that is an axis itself counts", () => {
    const inputs = planned(axis("seed", "7, 9007199254740993"), axis("steps", "10, 20"), "each");
    expect(inputs.map(({ seed }) => seed)).toEqual(["7", "9007199254740993", "7", "9007199254740993"]);
  });

  test("a piece of the prompt gives way to each of the others, everywhere", () => {
    expect(planned(axis("prompt", "red, deep blue")).map((input) => [input.prompt, input.negativePrompt])).toEqual([
      ["a red house, red door", "red"],
      ["a deep blue house, deep blue door", "deep blue"],
    ]);
    expect(planned(axis("prompt", "red, $$ $&")).at(1)).toMatchObject({
      prompt: "a $$ $& house, $$ $& door",
      negativePrompt: "$$ $&",
    });
  });

  test("the first LoRA's weight changes, the second stays; another LoRA takes the place of all", () => {
    const [first] = planned(axis("loraWeight", "-1, 0.3"));
    expect(first).toMatchObject({ loras: [{ weight: -1 }, { path: "lora/b.safetensors", weight: 0.9 }] });
    const [other] = planned(axis("lora", "lora/c.safetensors"));
    expect(other).toMatchObject({ loras: [{ path: "lora/c.safetensors", weight: 0.5 }] });
  });

  test("sizes and strengths", () => {
    expect(planned(axis("size", "512x768, 768 × 512"))).toMatchObject([
      { width: 512, height: 768 },
      { width: 768, height: 512 },
    ]);
    const edit = GenerateInputSchema.parse({ func: "i2i", prompt: "x", image });
    expect(planned(axis("denoisingStrength", "0.2-0.6 [3]"), undefined, "same", edit)).toMatchObject([
      { denoisingStrength: 0.2 },
      { denoisingStrength: 0.4 },
      { denoisingStrength: 0.6 },
    ]);
  });

  test("blames the axis that a refused value stands on", () => {
    expect(planGrid(base, axis("steps", "10"), axis("cfgScale", "7, 99"), "same")).toMatchObject({
      problem: { code: "value", axis: "y", value: "99" },
    });
  });

  test.each([
    [axis("steps", "10-20"), axis("cfgScale", "1-10"), { code: "grid_too_large", axis: "y" }],
    [axis("steps", "10"), axis("steps", "20"), { code: "same_parameter", axis: "y" }],
  ])("is refused when it is too large, or turns in itself", (x, y, problem) => {
    expect(planGrid(base, x, y, "same")).toMatchObject({ ok: false, problem });
  });
});

test.each([
  ["t2i", { loras: [] }, true, ["steps", "cfgScale", "seed", "prompt", "size", "lora"]],
  ["t2i", { loras: [{ path: "a" }] }, true, ["steps", "cfgScale", "seed", "prompt", "size", "loraWeight", "lora"]],
  ["t2i", { loras: [{ path: "a" }] }, false, ["steps", "cfgScale", "seed", "prompt", "size", "lora"]],
  ["outpaint", { image }, true, ["steps", "cfgScale", "seed", "prompt", "denoisingStrength", "lora"]],
  [
    "controlnet",
    { image },
    true,
    ["steps", "cfgScale", "seed", "prompt", "size", "lora", "controlScale", "processFunc"],
  ],
])("what makes a difference for %s %j, Blade %s", (func, change, blade, expected) => {
  const input = GenerateInputSchema.parse({ func, prompt: "x", ...change });
  expect(gridParameters(input, { blade })).toEqual(expected);
});
