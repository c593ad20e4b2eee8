import { describe, expect, test } from "vitest";
import { GenerateInputSchema } from "./input";
import { parseParametersText, toParametersText } from "./parameters-text";

const IMAGE = { key: "out/easel-inputs/a.png", width: 512, height: 512 };

describe("what is written is read again", () => {
  test.each([
    ["text", { func: "t2i", prompt: "a red cat" }],
    ["Chinese, with a negative prompt", { func: "t2i", prompt: "雨后的江南", negativePrompt: "模糊，低质量" }],
    ["several lines", { func: "t2i", prompt: "a cat\nSteps: many, on a stair", negativePrompt: "blurry\nugly" }],
    ["LoRAs", { func: "t2i", prompt: "a cat", loras: [{ path: "lora/ink.safetensors", weight: 0.6 }] }],
    ["a picture as input", { func: "i2i", prompt: "a cat", image: IMAGE, denoisingStrength: 0.3, resizeMode: "pad" }],
    ["a mask", { func: "inpaint", prompt: "a cat", image: IMAGE, mask: IMAGE, resizeMode: "crop" }],
    ["ControlNet", { func: "controlnet", prompt: "a cat", image: IMAGE, width: 768 }],
  ])("%s", (_, given) => {
    const input = GenerateInputSchema.parse(given);
    const seed = "18446744073709551615";
    const parsed = parseParametersText(toParametersText({ input, seed }));
    const { func, prompt, negativePrompt, steps, cfgScale, width, height } = input;
    expect(parsed?.unused).toEqual([]);
    expect(parsed?.settings).toEqual({
      ...{ func, prompt, negativePrompt, steps, cfgScale, width, height, seed },
      ...("loras" in input && input.loras.length > 0 && { loras: input.loras }),
      ...("denoisingStrength" in input && { denoisingStrength: input.denoisingStrength }),
      ...("resizeMode" in input && { resizeMode: input.resizeMode }),
    });
  });

  test("in the form that other tools read", () => {
    const input = GenerateInputSchema.parse({ func: "t2i", prompt: "a cat", negativePrompt: "blurry", steps: 20 });
    expect(toParametersText({ input, seed: "42", model: "oss://m/sd15/" })).toBe(
      'a cat\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 42, Size: 512x512, Model: "oss://m/sd15/", Function: t2i, Version: Easel',
    );
  });
});

describe("what other tools write", () => {
  const WEBUI = `masterpiece, (portrait:1.2), <lora:inkwash:0.7>
second line
Negative prompt: lowres, bad hands
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234567890, Size: 768x512, Model hash: abcdef1234, Model: sd15, Lora hashes: "inkwash: 0011, other: 2233", Version: v1.9.4`;

  test("is read, and what is of no use here is named", () => {
    expect(parseParametersText(WEBUI)).toEqual({
      settings: {
        prompt: "masterpiece, (portrait:1.2),\nsecond line",
        negativePrompt: "lowres, bad hands",
        steps: 28,
        cfgScale: 6.5,
        seed: "1234567890",
        width: 768,
        height: 512,
      },
      unused: [
        { name: "LoRA", value: "<lora:inkwash:0.7>" },
        { name: "Sampler", value: "DPM++ 2M Karras" },
        { name: "Model hash", value: "abcdef1234" },
        { name: "Model", value: "sd15" },
        { name: "Lora hashes", value: "inkwash: 0011, other: 2233" },
        { name: "Version", value: "v1.9.4" },
      ],
    });
  });

  test.each([
    ["too many steps", "a cat\nSteps: 900, Seed: 1", { name: "Steps", value: "900" }],
    ["a size beyond the limits", "a cat\nSteps: 9, Size: 9000x512", { name: "Size", value: "9000x512" }],
    ["a size that is none", "a cat\nSteps: 9, Size: large", { name: "Size", value: "large" }],
    ["a negative seed", "a cat\nSteps: 9, Seed: -1", { name: "Seed", value: "-1" }],
    [
      "a seed beyond 64 bits",
      "a cat\nSteps: 9, Seed: 18446744073709551616",
      { name: "Seed", value: "18446744073709551616" },
    ],
    ["a way out of the model root", "a cat <lora:../x.bin:1>\nSteps: 9", { name: "LoRA", value: "<lora:../x.bin:1>" }],
    ["an unknown function", "a cat\nSteps: 9, Function: video", { name: "Function", value: "video" }],
  ])("%s is named and left out", (_, text, unused) => {
    const parsed = parseParametersText(text);
    expect(parsed?.unused).toEqual([unused]);
    expect(parsed?.settings.prompt).toBe("a cat");
    expect(Object.keys(parsed?.settings ?? {})).not.toContain(unused.name.toLowerCase());
  });

  test.each(["", "a cat", "a cat\nNegative prompt: dog", '{"nodes": []}', "Steps", "x".repeat(200_000)])(
    "something else is not taken for settings",
    (text) => {
      expect(parseParametersText(text)).toBeUndefined();
    },
  );

  test("a hostile line takes no time", () => {
    const from = performance.now();
    parseParametersText(`a\nSteps: 1, ${"A".repeat(30_000)}`);
    parseParametersText(`${"<lora:".repeat(10_000)}\nSteps: 1, X: "${"\\".repeat(20_000)}`);
    expect(performance.now() - from).toBeLessThan(1000);
  });
});
