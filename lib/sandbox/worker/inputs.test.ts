import { describe, expect, it } from "vitest";
import { stepsLeft } from "./generation";
import { checkInputs } from "./inputs";
import { FIRST_VALUES, type StickyValues } from "./values";

const check = (change: Partial<StickyValues>, kind: "base" | "controlnet" = "base") =>
  checkInputs({ ...FIRST_VALUES, ...change }, kind, () => undefined);

describe("what both pipelines take", () => {
  it.each<[string, Partial<StickyValues>, object]>([
    ["the service's own defaults", {}, { prompt: "i am a prompt", images: 1, batch: 1, steps: 50, cfgScale: 7 }],
    [
      "a list of prompts works on all and saves the first",
      { prompt: ["a", "b"], negative_prompt: ["c", "d"], image_num: 2n },
      { prompt: "a", negativePrompt: "c", images: 2, batch: 4 },
    ],
    ["no guidance ignores the negative prompt", { cfg_scale: 1n, negative_prompt: "bad" }, { negativePrompt: "" }],
    ["null as the negative prompt", { negative_prompt: null }, { negativePrompt: "" }],
    ["true as a number", { image_num: true, steps: true }, { images: 1, steps: 1 }],
    ["no steps at all", { steps: 0n }, { steps: 0 }],
    ["one step less", { steps: -1n }, { steps: 0 }],
  ])("%s", (_, change, inputs) => {
    expect(check(change)).toMatchObject(inputs);
  });
});

describe("what they refuse, in the words of the libraries", () => {
  it.each<[string, Partial<StickyValues>, string, string]>([
    [
      "a number as a prompt",
      { prompt: 5n },
      "`prompt` has to be of type `str` or `list` but is <class 'int'>",
      "the same",
    ],
    [
      "no prompt",
      { prompt: null },
      "`prompt` has to be of type `str` or `list` but is <class 'NoneType'>",
      "Provide either `prompt` or `prompt_embeds`. Cannot leave both `prompt` and `prompt_embeds` undefined.",
    ],
    ["an empty list of prompts", { prompt: [] }, "max() arg is an empty sequence", "list index out of range"],
    [
      "a list of numbers",
      { prompt: [1n], negative_prompt: null },
      "expected string or bytes-like object",
      "text input must of type `str` (single example), `List[str]` (batch or single pretokenized example) or `List[List[str]]` (batch of pretokenized examples).",
    ],
    ["text as guidance", { cfg_scale: "7" }, "'>' not supported between instances of 'str' and 'float'", "the same"],
    [
      "a number as negative prompt",
      { negative_prompt: 5n },
      "object of type 'int' has no len()",
      "`negative_prompt` should be the same type to `prompt`, but got <class 'int'> != <class 'str'>.",
    ],
    [
      "too many negative prompts",
      { prompt: ["a"], negative_prompt: ["a", "b"] },
      "`negative_prompt`: ['a', 'b'] has batch size 2, but `prompt`: ['a'] has batch size 1. Please make sure that passed `negative_prompt` matches the batch size of `prompt`.",
      "the same",
    ],
    [
      "a float of pictures",
      { image_num: 1.5 },
      "repeat(): argument 'repeats' must be tuple of ints, but found element of type float at pos 2",
      "the same",
    ],
    [
      "no picture",
      { image_num: 0n },
      "cannot reshape tensor of 0 elements into shape [0, 77, -1] because the unspecified dimension size -1 can be any value and is ambiguous",
      "the same",
    ],
    ["text as steps", { steps: "50" }, 'can only concatenate str (not "int") to str', "the same"],
    ["a list as steps", { steps: [] }, 'can only concatenate list (not "int") to list', "the same"],
    ["null as steps", { steps: null }, "unsupported operand type(s) for +: 'NoneType' and 'int'", "the same"],
    ["a float of steps", { steps: 2.5 }, "'float' object cannot be interpreted as an integer", "the same"],
    ["steps far below zero", { steps: -2n }, "Number of samples, -1, must be non-negative.", "the same"],
  ])("%s", (_, change, base, controlnet) => {
    expect(() => check(change)).toThrow(base);
    expect(() => check(change, "controlnet")).toThrow(controlnet === "the same" ? base : controlnet);
  });
});

describe("stepsLeft", () => {
  it.each([
    [50, 0.55, 0, 27],
    [50, 0.55, 1, 27],
    [50, 1, 0, 50],
    [50, 1, 1, 49],
    [5, 0.1, 1, 0],
    [10, 0.1, 0, 1],
    [1, 0.55, 1, 0],
    [0, 0.55, 1, 0],
  ])("%i steps with a strength of %f and an offset of %i: %i", (steps, strength, offset, left) => {
    expect(stepsLeft(steps, strength, offset)).toBe(left);
  });
});
