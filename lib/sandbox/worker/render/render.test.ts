import { describe, expect, it } from "vitest";
import { encodePng } from "../pictures";
import { drawMark } from "./mark";
import { createRandom } from "./random";
import { type Drawing, renderPicture } from "./render";
import { isOffensive, readScene } from "./scene";

const DRAWING: Drawing = {
  prompt: "a cat by the sea at sunset",
  negativePrompt: "",
  seed: 42n,
  width: 96,
  height: 64,
  steps: 30,
  cfgScale: 7,
  index: 0,
  flavour: "",
};

const bytes = async (change: Partial<Drawing> = {}) =>
  Buffer.from(await encodePng(await renderPicture({ ...DRAWING, ...change }))).toString("hex");

describe("renderPicture", () => {
  it("repeats itself", async () => {
    expect(await bytes()).toBe(await bytes());
  });

  it.each<[string, Partial<Drawing>]>([
    ["prompt", { prompt: "a dog by the sea at sunset" }],
    ["seed", { seed: 43n }],
    ["a seed that differs in its last bit only", { seed: 2n ** 63n + 42n }],
    ["steps", { steps: 31 }],
    ["guidance", { cfgScale: 3 }],
    ["index", { index: 1 }],
    ["LoRA", { flavour: "ink" }],
    ["negative prompt", { negativePrompt: "cat" }],
  ])("another %s gives another picture", async (_, change) => {
    expect(await bytes(change)).not.toBe(await bytes());
  });

  it.each<[string, Partial<Drawing>, Partial<Drawing>]>([
    ["many steps and five more", { steps: 80 }, { steps: 85 }],
    ["guidance beyond what shows", { cfgScale: 30 }, { cfgScale: 30.5 }],
    ["a negative prompt without a word that counts", { negativePrompt: "blurry" }, { negativePrompt: "" }],
  ])("%s: the scene is the same, its grain is not", async (_, one, other) => {
    expect(await bytes(one)).not.toBe(await bytes(other));
  });

  it("few steps leave noise: neighbouring pixels differ more", async () => {
    const roughness = async (steps: number) => {
      const { pixels } = await renderPicture({ ...DRAWING, steps });
      let sum = 0;
      for (let at = 3; at < pixels.length; at++) sum += Math.abs((pixels[at] ?? 0) - (pixels[at - 3] ?? 0));
      return sum / pixels.length;
    };
    expect(await roughness(3)).toBeGreaterThan((await roughness(50)) * 3);
  });

  it.each([
    [8, 8],
    [1024, 64],
    [2048, 2048],
  ])("fills %i x %i", async (width, height) => {
    const picture = await renderPicture({ ...DRAWING, width, height });
    expect([picture.width, picture.height, picture.pixels.length]).toEqual([width, height, width * height * 3]);
  });
});

describe("drawMark", () => {
  it("changes the lower right corner and nothing else", () => {
    const picture = { width: 512, height: 512, pixels: new Uint8Array(512 * 512 * 3).fill(120) };
    drawMark(picture);
    const changed = [...picture.pixels.keys()]
      .filter((at) => picture.pixels[at] !== 120)
      .map((at) => Math.floor(at / 3));
    expect(changed.length).toBeGreaterThan(1000);
    expect(Math.min(...changed.map((pixel) => pixel % 512))).toBeGreaterThan(400);
    expect(Math.min(...changed.map((pixel) => Math.floor(pixel / 512)))).toBeGreaterThan(480);
  });
});

describe("readScene", () => {
  it.each([
    ["a cat by the sea at sunset", { subject: "cat", ground: "sea", time: "sunset" }],
    ["山上的猫，夜晚", { subject: "cat", ground: "mountain", time: "night" }],
    ["A concatenated catalogue", { subject: undefined }],
    ["red flower in the desert", { subject: "flower", ground: "desert", accent: "#c8362f" }],
    ["水墨画，山", { style: "ink", ground: "mountain" }],
    ["rocket", { subject: "rocket", ground: "space" }],
  ])("%s", (prompt, scene) => {
    expect(readScene(prompt, "", createRandom("x"))).toMatchObject(scene);
  });

  it("leaves out what the negative prompt names", () => {
    expect(readScene("a cat and a dog", "cat", createRandom("x")).subject).toBe("dog");
  });
});

describe("isOffensive", () => {
  it.each([
    ["NSFW, a cat", true],
    ["裸体", true],
    ["a cat in Sussex", false],
  ])("%s: %s", (prompt, expected) => {
    expect(isOffensive(prompt)).toBe(expected);
  });
});
