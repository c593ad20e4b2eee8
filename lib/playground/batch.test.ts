import { describe, expect, test } from "vitest";
import { NO_PROMPT, planBatch } from "./batch";
import { GenerateInputSchema } from "./input";

const base = GenerateInputSchema.parse({ func: "t2i", prompt: "x", seed: "41", negativePrompt: "blurry" });

test("each line is a prompt; seeds follow one another", () => {
  const { inputs, problems } = planBatch(base, "a cat\r\n\n  一只狗  \n", "lines");
  expect(problems).toEqual([]);
  expect(inputs.map(({ prompt, seed, negativePrompt }) => [prompt, seed, negativePrompt])).toEqual([
    ["a cat", "41", "blurry"],
    ["一只狗", "42", "blurry"],
  ]);
});

describe("a table", () => {
  const csv = (text: string) => planBatch(base, text, "csv");

  test("changes what its columns name, and an empty cell nothing", () => {
    const { inputs, problems } = csv(
      [
        "prompt,Seed,steps,cfg_scale,lora_path,lora_attn,use_translate,use_base64",
        '"a cat, sitting",9007199254740993,20,6.5,lora/a.safetensors,0.4,false,yes',
        "a dog,,,,,,,",
      ].join("\n"),
    );
    expect(problems).toEqual([]);
    expect(inputs[0]).toMatchObject({
      prompt: "a cat, sitting",
      seed: "9007199254740993",
      steps: 20,
      cfgScale: 6.5,
      loras: [{ path: "lora/a.safetensors", weight: 0.4 }],
      useTranslate: false,
      useBase64: true,
    });
    expect(inputs[1]).toMatchObject({ prompt: "a dog", seed: "42", steps: 50, cfgScale: 7, loras: [] });
  });

  test("names each value that cannot be, with its line and column, and keeps the good lines", () => {
    const { inputs, problems } = csv(["steps,seed,width", "20,1,512", "many,1,512", "20,x,9000", "1,2,3,4"].join("\n"));
    expect(inputs).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: "value", line: 3, column: "steps", value: "many", issue: { code: "invalid_type" } },
      { code: "value", line: 4, column: "width", value: "9000", issue: { code: "too_big" } },
      { code: "value", line: 4, column: "seed", value: "x", issue: { message: "playground.rules.seed" } },
      { code: "cells", line: 5 },
    ]);
  });

  test.each([
    ["", { code: "empty" }],
    ["prompt", { code: "empty" }],
    ["prompt,sampler\na,b", { code: "columns", column: "sampler" }],
    ["seed,seed\n1,2", { code: "columns", column: "seed" }],
    [`prompt\n${"a\n".repeat(101)}`, { code: "too_many" }],
  ])("“%s” is refused as a whole", (text, problem) => {
    expect(csv(text)).toEqual({ inputs: [], problems: [problem] });
  });

  test("a line without a prompt is a problem where the form has none either", () => {
    const { inputs, problems } = planBatch({ ...base, prompt: NO_PROMPT }, "prompt,steps\na cat,20\n,30", "csv");
    expect(inputs.map(({ prompt }) => prompt)).toEqual(["a cat"]);
    expect(problems).toMatchObject([{ code: "value", line: 3, column: "prompt", value: "" }]);
    expect(planBatch({ ...base, prompt: NO_PROMPT }, "steps\n30", "csv").inputs).toEqual([]);
  });

  test("a column that the function does not have changes nothing", () => {
    expect(csv("prompt,control_scale\na,1.5").inputs[0]).not.toHaveProperty("controlScale");
  });
});
