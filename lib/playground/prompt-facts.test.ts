import { describe, expect, test } from "vitest";
import { applyPiece, chineseFate, estimateTokens } from "./prompt-facts";

describe("the estimate of tokens", () => {
  // The true counts come from CLIP's own vocabulary and merges.
  test.each([
    ["", 2],
    ["a cat", 4],
    ["a photo of an astronaut riding a horse on mars", 12],
    ["masterpiece, best quality, highly detailed, 8k", 12],
    ["1234", 6],
    ["(a tall tower:1.3) by the [sea]", 8],
    ["photorealistic, volumetric lighting, subsurface scattering, octane render", 16],
    ["low quality, blurry, deformed hands, extra fingers, watermark, jpeg artifacts", 20],
    ["Rembrandt-style portrait, 85mm f/1.4, bokeh!!!", 19],
    ["a castle, ".repeat(40), 122],
    ["一只猫", 9],
    ["月光下的雪山和小屋，水墨画", 34],
    ["赛博朋克风格的城市夜景，霓虹灯，雨后的街道", 58],
    ["ねこ", 6],
  ])("of “%s” is near to the true %i", (text, truth) => {
    expect(Math.abs(estimateTokens(text) - truth)).toBeLessThanOrEqual(Math.max(1, truth * 0.2));
  });

  test("counts Chinese that is translated as the English that it becomes", () => {
    const english = estimateTokens("a snowy mountain and a cabin under the moonlight, ink wash painting");
    const chinese = estimateTokens("月光下的雪山和小屋，水墨画", { translated: true });
    expect(Math.abs(chinese - english)).toBeLessThanOrEqual(3);
  });
});

describe("Chinese in a prompt", () => {
  test.each([
    ["a cat", true, true, "none"],
    ["一只猫", true, true, "translated"],
    ["一只猫", true, undefined, "translated"],
    ["a 猫", true, false, "switched_off"],
    ["一只猫", false, undefined, "untranslatable"],
    ["一只猫", false, true, "untranslatable"],
    ["ねこ", false, undefined, "none"],
  ] as const)("“%s”, translates: %s, asked for: %s → %s", (prompt, translates, useTranslate, fate) => {
    expect(chineseFate(prompt, { translates, useTranslate })).toBe(fate);
  });
});

describe("a saved piece", () => {
  test.each([
    ["a cat", "oil painting", "a cat, oil painting"],
    ["a cat, ", "oil painting", "a cat, oil painting"],
    ["一只猫，", "水墨画", "一只猫, 水墨画"],
    ["", "oil painting", "oil painting"],
    ["a cat", "", "a cat"],
    ["a cat", "an oil painting of {prompt}, museum", "an oil painting of a cat, museum"],
    ["a cat, oil painting", "oil painting", "a cat, oil painting"],
    ["a $$ sign, $& and $1", "oil of {prompt}", "oil of a $$ sign, $& and $1"],
  ])("“%s” with “%s” is “%s”", (text, piece, result) => {
    expect(applyPiece(text, piece)).toBe(result);
  });
});
