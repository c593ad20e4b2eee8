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

/** Pixels that do not compress, so that half of the file is half of the picture. */
async function noise(): Promise<string> {
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 255);
  return (
    await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer()
  ).toString("base64");
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

  it("touches no pixel outside of the mask, also not with its mark", async () => {
    const small = { width: 32, height: 32, left: 64, top: 64 };
    const white = await sharp({ create: { width: small.width, height: small.height, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const mask = sharp({ create: { width: 256, height: 256, channels: 3, background: "#000" } });
    const body = {
      ...COMMON,
      width: 256,
      height: 256,
      func_name: "inpaint",
      image_base64: await solid(256, 256, GREEN),
      mask_base64: (
        await mask
          .composite([{ input: white, left: 64, top: 64 }])
          .png()
          .toBuffer()
      ).toString("base64"),
    };
    const { at } = await result(await post(run().container, body));
    const changed: string[] = [];
    for (let y = 0; y < 256; y++)
      for (let x = 0; x < 256; x++) if (String(at(x, y)) !== "20,200,40") changed.push(`${x >> 5},${y >> 5}`);
    expect([...new Set(changed)]).toEqual(["2,2"]);
  });

  it("marks what it has painted, when there is room", async () => {
    const body = {
      ...COMMON,
      func_name: "inpaint",
      image_base64: await solid(64, 64, GREEN),
      mask_base64: await solid(64, 64, { r: 255, g: 255, b: 255 }),
      denoising_strength: 0.1,
    };
    const { at } = await result(await post(run().container, body));
    const corner = Array.from({ length: 40 }, (_, index) => at(62 - index, 60)[0] ?? 0);
    expect(Math.max(...corner)).toBeGreaterThan(150);
  });

  it("the mask's mistake is told when both pictures are missing", async () => {
    const { body } = await post(run().container, { ...COMMON, func_name: "inpaint" });
    expect(body.error_msg).toContain("key: mask_link or mask_base64 must be provided when using function inpaint");
  });

  it("needs a mask", async () => {
    const body = { ...COMMON, func_name: "inpaint", image_base64: await solid(64, 64, GREEN) };
    expect((await post(run().container, body)).body.error_msg).toContain(
      "key: mask_link or mask_base64 must be provided",
    );
  });
});

describe("pictures as they are sent", () => {
  const i2i = async (image: string, change: object = {}) => {
    const { status, body } = await post(run().container, {
      ...COMMON,
      func_name: "i2i",
      image_base64: image,
      ...change,
    });
    return [status, String(body.error_msg ?? "").replace(/^.* - /, "")];
  };

  it("a picture that breaks off is opened, and fails when its pixels are needed", async () => {
    const whole = Buffer.from(await noise(), "base64");
    const [status, message] = await i2i(whole.subarray(0, whole.length / 2).toString("base64"));
    expect([status, message]).toEqual([469, "image file is truncated (0 bytes not processed)"]);
  });

  it("a vector graphic is no picture to PIL", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="9" height="9"/></svg>';
    expect((await i2i(Buffer.from(svg).toString("base64")))[0]).toBe(460);
  });

  it("a data URL is no base64", async () => {
    expect((await i2i(`data:image/png;base64,${await solid(64, 64, GREEN)}`))[0]).toBe(460);
  });

  it("line ends inside base64 are skipped", async () => {
    expect((await i2i((await solid(64, 64, GREEN)).replace(/(.{20})/g, "$1\r\n")))[0]).toBe(200);
  });

  it("fewer steps than the strength needs leave an empty batch", async () => {
    expect(await i2i(await solid(64, 64, GREEN), { steps: 1 })).toEqual([469, "list index out of range"]);
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

  it.each(["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"])(
    "%s: the given picture and the scale decide",
    async (process_func) => {
      const { container } = start();
      const make = async (change: object) =>
        (await result(await post(container, { ...COMMON, image_base64: await halfMask(), process_func, ...change })))
          .data;
      const scaled = (scale: string) =>
        post(
          container,
          JSON.stringify({ ...COMMON, process_func, image_base64: half }).replace("{", `{"control_scale": ${scale}, `),
        );
      const half = await halfMask();
      const usual = await make({});
      expect((await make({})).equals(usual)).toBe(true);
      expect((await result(await scaled("1.0"))).data.equals(usual)).toBe(true);
      const none = (await result(await scaled("0.0"))).data;
      expect(none.equals(usual)).toBe(false);
      expect((await result(await scaled("0.5"))).data.equals(usual)).toBe(false);
    },
  );

  it("the order of channels comes with the weights and stays", async () => {
    const { container } = run({
      flags: "--func_name controlnet",
      files: {
        ...baseModel(),
        "controlnet/config.json": '{"cross_attention_dim": 768}',
        "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
        "new/n.safetensors": safetensors(),
      },
    });
    const image_base64 = await halfMask();
    const make = async (change: object) =>
      (await result(await post(container, { ...COMMON, image_base64, process_func: "normal", ...change }))).data;
    const withOwnWeights = await make({});
    const exchanged = await make({ controlnet_path: "new/n.safetensors" });
    expect(exchanged.equals(withOwnWeights)).toBe(false);
    expect((await make({})).equals(exchanged)).toBe(true);
  });

  it.each([
    ["a LoRA", { lora_unet_x: [2] }, "Missing key(s) in state_dict"],
    [
      "weights for SD 2.x",
      { "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [320, 1024] },
      "size mismatch for down_blocks.0",
    ],
  ])("%s is no ControlNet of this model", async (_, tensors, message) => {
    const { container } = run({
      flags: "--func_name controlnet",
      files: {
        ...baseModel(),
        "controlnet/config.json": '{"cross_attention_dim": 768}',
        "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
        "new/x.safetensors": safetensors(tensors),
      },
    });
    const body = { ...COMMON, image_base64: await halfMask(), controlnet_path: "new/x.safetensors" };
    const answer = await post(container, body);
    expect(answer.status).toBe(469);
    expect(answer.body.error_msg).toContain(
      `Load controlnet error: Error(s) in loading state_dict for ControlNetModel:\n\t${message}`,
    );
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
