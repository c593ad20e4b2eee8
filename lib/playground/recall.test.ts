import { expect, test } from "vitest";
import { FIRST_VALUES } from "./form-values";
import { GenerateInputSchema } from "./input";
import type { Func } from "./limits";
import { inputRecalls, isRecall, RECALLS, type Recall, recalled } from "./recall";

const image = { key: "out/easel-inputs/a.png", width: 640, height: 512 };
const input = GenerateInputSchema.parse({
  func: "i2i",
  prompt: "a cat",
  negativePrompt: "blurry",
  steps: 20,
  image,
  denoisingStrength: 0.4,
});
const before = { ...FIRST_VALUES, prompt: "a dog", seed: "7", imageNum: 4, steps: 33 };

test.each<[Recall, object]>([
  ["all", { func: "i2i", prompt: "a cat", negativePrompt: "blurry", steps: 20, seed: "42", image, imageNum: 1 }],
  ["remix", { func: "i2i", prompt: "a cat", negativePrompt: "blurry", steps: 20, seed: "", image, imageNum: 1 }],
  ["prompt", { func: "t2i", prompt: "a cat", negativePrompt: "blurry", steps: 33, seed: "7", imageNum: 4 }],
  ["seed", { func: "t2i", prompt: "a dog", negativePrompt: "", steps: 33, seed: "42", imageNum: 4 }],
  ["inpaint", { func: "inpaint", prompt: "a cat", negativePrompt: "blurry", steps: 33, seed: "7", imageNum: 4 }],
  ["controlnet", { func: "controlnet", prompt: "a cat", negativePrompt: "blurry", steps: 33, seed: "7", imageNum: 4 }],
])("%s", (what, expected) => {
  expect(recalled(before, { input, seed: "42" }, what)).toMatchObject(expected);
});

test("only what can be recalled is", () => {
  expect(RECALLS.every(isRecall)).toBe(true);
  expect(isRecall("everything")).toBe(false);
  expect(isRecall(null)).toBe(false);
});

test.each<[Func | undefined, Recall[]]>([
  ["t2i", ["i2i", "inpaint", "outpaint"]],
  ["outpaint", ["i2i", "inpaint", "outpaint"]],
  ["controlnet", ["controlnet"]],
  [undefined, ["i2i", "inpaint", "outpaint", "controlnet"]],
])("a picture of %s becomes the input of what its kind of service does", (func, expected) => {
  expect(inputRecalls(func)).toEqual(expected);
});
