import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { baseModel, safetensors } from "./testing/model";
import { post, run } from "./testing/run";

const COMMON = { task_id: "t", prompt: "a cat", seed: 1, steps: 50, width: 64, height: 64, use_base64: true };

type Colour = { r: number; g: number; b: number };
const GREEN: Colour = { r: 20, g: 200, b: 40 };

async function solid(width: number, height: number, background: Colour, alpha = false): Promise<string> {
  const image = sharp({ create: { width, height, channels: 3, background } });
  return (await (alpha ? image.ensureAlpha() : image).png().toBuffer()).toString("base64");
}

/** Left half black, right half white. */
async function halfMask(): Promise<string> {
  const white = await sharp({ create: { width: 32, height: 64, channels: 3, background: "#fff" } })
    .png()
    .toBuffer();
  const base = sharp({ create: { width: 64, height: 64, channels: 3, background: "#000" } });
  return (
    await base
      .composite([{ input: white, left: 32, top: 0 }])
      .png()
      .toBuffer()
  ).toString("base64");
}

async function result(answer: { body: Record<string, unknown> }) {
  const text = (answer.body.images_base64 as string[] | undefined)?.[0];
  if (text === undefined) throw new Error(JSON.stringify(answer));
  const { data, info } = await sharp(Buffer.from(text, "base64url")).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { width: info.width, height: info.height, at, data };
}

const distance = (data: Buffer, { r, g, b }: Colour) =>
  data.reduce((sum, value, index) => sum + Math.abs(value - ([r, g, b][index % 3] ?? 0)), 0) / data.length;

describe("image to image", () => {
  it("keeps more of the picture the weaker it denoises, and never less than 0.1", async () => {
    const { container, log } = run();
    const image_base64 = await solid(64, 64, GREEN);
    const make = async (denoising_strength: number) =>
      distance(
        (await result(await post(container, { ...COMMON, func_name: "i2i", image_base64, denoising_strength }))).data,
        GREEN,
      );
    const weakest = await make(0);
    expect(await make(0.1)).toBe(weakest);
    expect(log.some((line) => line.includes("Change to 0.1 by default"))).toBe(true);
    const middle = await make(0.5);
    expect(middle).toBeGreaterThan(weakest);
    expect(await make(1)).toBeGreaterThan(middle);
  });

  it("cuts both sides to a multiple of 32", async () => {
    const image_base64 = await solid(100, 90, GREEN);
    const body = { ...COMMON, func_name: "i2i", image_base64, width: 100, height: 90 };
    const { width, height } = await result(await post(run().container, body));
    expect([width, height]).toEqual([96, 64]);
  });

  it.each([
    [0, [20, 200, 40]],
    [2, [255, 255, 255]],
  ])("resize_mode %i decides what is at the edge", async (resize_mode, corner) => {
    const body = {
      ...COMMON,
      func_name: "i2i",
      image_base64: await solid(64, 32, GREEN),
      resize_mode,
      denoising_strength: 0.1,
    };
    const { at } = await result(await post(run().container, body));
    at(2, 2).forEach((value, channel) => {
      expect(Math.abs(value - (corner[channel] ?? 0))).toBeLessThan(26);
    });
  });

  it("a strength above 1 is refused", async () => {
    const body = { ...COMMON, func_name: "i2i", image_base64: await solid(64, 64, GREEN), denoising_strength: 1.5 };
    expect((await post(run().container, body)).body.error_msg).toContain(
      "The value of strength should in [0.0, 1.0] but is 1.5",
    );
  });

  it("a PNG with alpha fails in the pipeline", async () => {
    const body = { ...COMMON, func_name: "i2i", image_base64: await solid(64, 64, GREEN, true) };
    expect((await post(run().container, body)).body.error_msg).toContain(
      "to have 3 channels, but got 4 channels instead",
    );
  });

  it("image and link together are refused", async () => {
    const body = { ...COMMON, func_name: "i2i", image_base64: "x", image_link: "y" };
    expect((await post(run().container, body)).body.error_msg).toContain("but got both!");
  });
});

describe("inpaint", () => {
  it("paints the white part and leaves the black part untouched", async () => {
    const body = {
      ...COMMON,
      func_name: "inpaint",
      image_base64: await solid(64, 64, GREEN),
      mask_base64: await halfMask(),
      denoising_strength: 1,
    };
    const { at } = await result(await post(run().container, body));
    expect(at(10, 20)).toEqual([20, 200, 40]);
    expect(at(50, 20)).not.toEqual([20, 200, 40]);
  });

  it("needs a mask", async () => {
    const body = { ...COMMON, func_name: "inpaint", image_base64: await solid(64, 64, GREEN) };
    expect((await post(run().container, body)).body.error_msg).toContain(
      "key: mask_link or mask_base64 must be provided",
    );
  });
});

describe("outpaint", () => {
  it.each(["copy", "reflect"])("grows the canvas and keeps the picture (%s)", async (expand_type) => {
    const body = {
      ...COMMON,
      func_name: "outpaint",
      image_base64: await solid(64, 64, GREEN),
      expand: [32, 64, 0, 32],
      expand_type,
    };
    const { width, height, at } = await result(await post(run().container, body));
    expect([width, height]).toEqual([160, 96]);
    expect(at(60, 30)).toEqual([20, 200, 40]);
    expect(at(2, 30)).not.toEqual([20, 200, 40]);
  });

  it("wants four sides", async () => {
    const body = { ...COMMON, func_name: "outpaint", image_base64: await solid(64, 64, GREEN), expand: [1, 2] };
    expect((await post(run().container, body)).body.error_msg).toContain(
      "not enough values to unpack (expected 4, got 2)",
    );
  });
});

describe("controlnet", () => {
  const start = () =>
    run({
      flags: "--func_name controlnet",
      files: {
        ...baseModel(),
        "controlnet/config.json": '{"cross_attention_dim": 768}',
        "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
      },
    });

  it("draws the edges of the given picture", async () => {
    const { container } = start();
    const make = async (image_base64: string) =>
      (await result(await post(container, { ...COMMON, image_base64, process_func: "canny" }))).at;
    const [plain, edged] = [await make(await solid(64, 64, GREEN)), await make(await halfMask())];
    const brightness = ([r = 0, g = 0, b = 0]: number[]) => r + g + b;
    const darkest = Math.min(...[30, 31, 32, 33].map((x) => brightness(edged(x, 12))));
    expect(darkest).toBeLessThan(brightness(plain(32, 12)) * 0.5);
    expect(edged(8, 12)).toEqual(plain(8, 12));
  });

  it.each([
    [
      "an unknown function",
      { process_func: "blur" },
      460,
      "We only support process function list of ['canny', 'depth',",
    ],
    [
      "a size that is no multiple of 8",
      { width: 60 },
      469,
      "`height` and `width` have to be divisible by 8 but are 64 and 60.",
    ],
    [
      "a control_scale without a point, as JavaScript writes it,",
      { control_scale: 1 },
      469,
      "For single controlnet: `controlnet_conditioning_scale` must be type `float`.",
    ],
    [
      "weights that are not there",
      { controlnet_path: "new/x.safetensors" },
      460,
      "controlnet_path path: /oss/new/x.safetensors not exists!",
    ],
  ])("%s is refused", async (_, change, status, message) => {
    const answer = await post(start().container, { ...COMMON, image_base64: await solid(64, 64, GREEN), ...change });
    expect(answer.status).toBe(status);
    expect(answer.body.error_msg).toContain(message);
  });
});

describe("links", () => {
  const linked = async (links: string[]) => {
    const running = run();
    for (const [name, colour] of [
      ["one", GREEN],
      ["two", { r: 200, g: 0, b: 0 }],
    ] as const) {
      running.store.put("bucket", `in/${name}.png`, Buffer.from(await solid(64, 64, colour), "base64"));
      running.store.put("bucket", `${name}/same.png`, Buffer.from(await solid(64, 64, colour), "base64"));
    }
    const made: number[][] = [];
    for (const image_link of links) {
      const body = { ...COMMON, func_name: "i2i", image_link, denoising_strength: 0.1 };
      made.push((await result(await post(running.container, body))).at(10, 50));
    }
    return { made, log: running.log };
  };
  const isGreen = ([r = 0, g = 0]: number[] = []) => g > r;

  it.each([
    "https://bucket.oss-cn-hangzhou.aliyuncs.com/in/one.png",
    "https://bucket.oss-cn-hangzhou-internal.aliyuncs.com/in/one.png?Signature=x",
    "http://localhost:9100/bucket/in/one.png",
    "http://bucket.localhost:9100/in/one.png",
  ])("reads %s from the store", async (link) => {
    const { made } = await linked([link]);
    expect(isGreen(made[0])).toBe(true);
  });

  it("says in the log that a public link was turned into an internal one", async () => {
    const { log } = await linked(["https://bucket.oss-cn-hangzhou.aliyuncs.com/in/one.png"]);
    expect(log.some((line) => line.includes("oss link must be provided with internal"))).toBe(true);
  });

  it("reads the first picture again when a name comes back", async () => {
    const { made } = await linked([
      "http://localhost:9100/bucket/one/same.png",
      "http://localhost:9100/bucket/two/same.png",
    ]);
    expect(made.map(isGreen)).toEqual([true, true]);
  });

  it("fails on a name of more than 255 bytes, as signed links have", async () => {
    const image_link = `http://localhost:9100/bucket/in/one.png?x=${"s".repeat(260)}`;
    const answer = await post(run().container, { ...COMMON, func_name: "i2i", image_link });
    expect(answer.status).toBe(460);
  });
});
