import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tensorFile } from "@/lib/models/testing";
import { type GenerateInput, GenerateInputSchema, type InputImage } from "@/lib/playground/input";
import { resultSize } from "@/lib/playground/limits";
import { storeInput } from "./input-pictures";
import { SideCarSchema, sideCarKey } from "./side-car";
import { submitGenerations } from "./submit";
import { freshTask, openStudio, type Studio, settled } from "./testing";
import type { Console } from "./testing-console";

/** All five functions, by a call that is answered at once and through a queue, from the request to the picture in the bucket. */

const SIZE = { width: 256, height: 192 };
const BLUE = "#2060c0";
let studio: Studio;
let own: Console;

beforeAll(async () => {
  studio = await openStudio();
  const weights: Record<string, string | Uint8Array> = {
    "config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
    "diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.conv_in.weight": [1] }),
  };
  for (const [name, body] of Object.entries(weights))
    await studio.ctx.oss.putObject("models", `base/controlnet/${name}`, Buffer.from(body));
  for (const [kind, isAsync] of Object.entries({ sync: false, queued: true })) {
    for (const func of ["base", "controlnet"] as const) {
      await studio.cloud.create(`${kind}_${func}`, { isAsync, func });
      await studio.cloud.until(`${kind}_${func}`, "Running");
    }
  }
  own = studio.open();
});
afterAll(async () => {
  await own.end();
  expect(studio.errors).toEqual([]);
  await studio.close();
});

const plain = (background: string) => sharp({ create: { ...SIZE, channels: 3, background } });
/** The left half is painted anew. */
const halfMask = () =>
  plain("black").composite([
    { input: { create: { ...SIZE, width: SIZE.width / 2, channels: 3, background: "white" } }, left: 0, top: 0 },
  ]);

async function pixelsOf({ bucket, key }: { bucket: string; key: string }) {
  const head = await studio.ctx.oss.headObject(bucket, key);
  const bytes = await studio.ctx.oss.getObjectRange(bucket, key, 0, head?.sizeBytes ?? 0);
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const isBlue = (x: number, y: number) =>
    Buffer.from([0x20, 0x60, 0xc0]).equals(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3));
  return { width: info.width, height: info.height, isBlue };
}

const common = { prompt: "a boat", steps: 4, seed: "18446744073709551615", ...SIZE };
type Values = (pictures: { image: InputImage; mask: InputImage }) => Record<string, unknown>;
const FUNCS: [GenerateInput["func"], Values][] = [
  ["t2i", () => ({})],
  ["i2i", ({ image }) => ({ image, denoisingStrength: 0.3, resizeMode: "pad" })],
  ["inpaint", ({ image, mask }) => ({ image, mask, denoisingStrength: 1 })],
  ["outpaint", ({ image }) => ({ image, expand: { left: 64, right: 0, up: 0, down: 32 }, expandType: "reflect" })],
  ["controlnet", ({ image }) => ({ image, processFunc: "canny", controlScale: 1 })],
];

describe.each(["sync", "queued"])("a %s service", (kind) => {
  test.each(FUNCS)("%s", async (func, values) => {
    const service = `${kind}_${func === "controlnet" ? "controlnet" : "base"}`;
    const store = async (bytes: Buffer) => storeInput(studio.ctx, { service, bytes });
    const [image, mask] = await Promise.all([
      store(await plain(BLUE).png().toBuffer()),
      store(await halfMask().png().toBuffer()),
    ]);
    const input = GenerateInputSchema.parse({ func, ...common, ...values({ image, mask }) });
    const taskId = freshTask();
    await submitGenerations(studio.ctx, { service, requests: [{ taskId, input }] });
    const made = await settled(studio.ctx, taskId);
    expect(made).toMatchObject({ status: "succeeded", seed: common.seed, recovered: false, serviceError: undefined });
    const [picture] = made.pictures;
    if (!picture) throw new Error("no picture");
    const { width, height, isBlue } = await pixelsOf(picture);
    expect({ width, height }).toEqual(resultSize(input));
    // Outside of the mask nothing is another, inside everything may be.
    if (func === "inpaint") expect([isBlue(20, 100), isBlue(240, 100)]).toEqual([false, true]);
  });
});

test("weights that a request chose are noted beside its picture, in place of the model's own", async () => {
  const service = "sync_controlnet";
  const controlnetPath = "new/canny.safetensors";
  const weights = tensorFile({ "controlnet_cond_embedding.conv_in.weight": [2] });
  await studio.ctx.oss.putObject("models", `base/${controlnetPath}`, Buffer.from(weights));
  const image = await storeInput(studio.ctx, { service, bytes: await plain(BLUE).png().toBuffer() });
  const noted = async (chosen: object) => {
    const input = GenerateInputSchema.parse({ func: "controlnet", ...common, image, ...chosen });
    const taskId = freshTask();
    await submitGenerations(studio.ctx, { service, requests: [{ taskId, input }] });
    const { pictures, serviceError } = await settled(studio.ctx, taskId);
    expect(serviceError).toBeUndefined();
    const key = sideCarKey(pictures[0]?.key ?? "");
    const text = await vi.waitFor(() => studio.ctx.oss.getObjectRange("models", key, 0, 100_000), 10_000);
    const { model } = SideCarSchema.parse(JSON.parse(Buffer.from(text).toString()));
    return model.map(({ path }) => path).filter((path) => !path.startsWith("base_model/"));
  };
  expect(await noted({})).toEqual(["controlnet/diffusion_pytorch_model.safetensors"]);
  expect(await noted({ controlnetPath })).toEqual([controlnetPath]);
});

test("a ControlNet service draws with a LoRA too", async () => {
  const service = "queued_controlnet";
  const path = "lora/glow.safetensors";
  const weights = tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] });
  await studio.ctx.oss.putObject("models", `base/${path}`, Buffer.from(weights));
  const image = await storeInput(studio.ctx, { service, bytes: await plain(BLUE).png().toBuffer() });
  const draw = async (loras: object[]) => {
    const input = GenerateInputSchema.parse({ func: "controlnet", ...common, image, loras });
    const taskId = freshTask();
    await submitGenerations(studio.ctx, { service, requests: [{ taskId, input }] });
    const { pictures, serviceError } = await settled(studio.ctx, taskId);
    expect(serviceError).toBeUndefined();
    const { bucket = "", key = "" } = pictures[0] ?? {};
    return (await studio.ctx.oss.headObject(bucket, key))?.crc64;
  };
  const without = await draw([]);
  expect(await draw([])).toBe(without);
  expect(await draw([{ path, weight: 1 }])).not.toBe(without);
});

test.each(["sync", "queued"])("a picture asked for in the answer of a %s service", async (kind) => {
  const service = `${kind}_base`;
  const taskId = freshTask();
  const input = GenerateInputSchema.parse({ func: "t2i", ...common, useBase64: true });
  await submitGenerations(studio.ctx, { service, requests: [{ taskId, input }] });
  const made = await settled(studio.ctx, taskId);
  const [picture] = made.pictures;
  const head = await studio.ctx.oss.headObject(picture?.bucket ?? "", picture?.key ?? "");
  // Through a queue the service leaves it out (diffusers-service.md, section 5).
  expect(made.inAnswerBytes).toBe(kind === "sync" ? head?.sizeBytes : undefined);
});

test.each(["sync", "queued"])(
  "what a %s ControlNet service cannot do is its own refusal, not a picture",
  async (kind) => {
    const service = `${kind}_controlnet`;
    const taskId = freshTask();
    const input = GenerateInputSchema.parse({ func: "t2i", ...common });
    await submitGenerations(studio.ctx, { service, requests: [{ taskId, input }] });
    const made = await settled(studio.ctx, taskId);
    expect(made).toMatchObject({ status: "failed", pictures: [], serviceError: { code: 460 } });
  },
);
