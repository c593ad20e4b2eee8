import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Container } from "@/lib/sandbox/core/types";
import { placeholderWeights } from "./stand-in";
import { baseModel, safetensors, TRANSLATE } from "./testing/model";
import { run } from "./testing/run";

const GOOD = {
  task_id: "good",
  prompt: "a cat",
  negative_prompt: "",
  steps: 2,
  cfg_scale: 7,
  image_num: 1,
  width: 16,
  height: 16,
  seed: 1,
};

const PICTURE = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#468" } })
  .png()
  .toBuffer();

const FILES = {
  ...baseModel(),
  ...TRANSLATE,
  "lora/a.safetensors": safetensors({ lora_unet_down_blocks: [2] }),
  "lora/b.bin": placeholderWeights("LoRA"),
  "controlnet/config.json": '{"cross_attention_dim": 768}',
  "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
};

/** Values that a key may have had in mind, and everything else that JSON knows. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: -70, max: 70 }),
  fc.double(),
  fc.constantFrom(
    0,
    1,
    8,
    16.5,
    64,
    "16",
    "",
    "a/b",
    "/x",
    "..",
    "\0",
    "\ud800",
    "x".repeat(300),
    1e9,
    1e300,
    null,
    true,
    [],
    {},
  ),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom(
    "t2i",
    "i2i",
    "inpaint",
    "outpaint",
    "canny",
    "seg",
    "normal",
    "lora/a.safetensors",
    "lora",
    "controlnet",
  ),
  fc.constantFrom(
    PICTURE.toString("base64"),
    PICTURE.subarray(0, 200).toString("base64"),
    "https://bucket.oss-cn-hangzhou.aliyuncs.com/in/a.png",
  ),
  fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 5 }),
);

const KEYS = [
  ...[
    "task_id",
    "prompt",
    "func_name",
    "negative_prompt",
    "steps",
    "cfg_scale",
    "width",
    "height",
    "image_num",
    "seed",
  ],
  ...[
    "image_link",
    "image_base64",
    "mask_link",
    "mask_base64",
    "denoising_strength",
    "resize_mode",
    "expand",
    "expand_type",
  ],
  ...[
    "lora_path",
    "lora_attn",
    "controlnet_path",
    "process_func",
    "control_scale",
    "save_dir",
    "use_base64",
    "use_translate",
  ],
  ...["error", "success"],
];

/** A good request of one function with some of its values replaced or taken out. */
const request = fc
  .record({
    func: fc.constantFrom("t2i", "i2i", "inpaint", "outpaint"),
    change: fc.dictionary(fc.constantFrom(...KEYS), odd, { maxKeys: 4 }),
    without: fc.subarray(KEYS, { maxLength: 2 }),
  })
  .map(({ func, change, without }) => {
    const picture = PICTURE.toString("base64");
    const given =
      func === "t2i" ? {} : { image_base64: picture, ...(func === "inpaint" ? { mask_base64: picture } : {}) };
    const body: Record<string, unknown> = { ...GOOD, func_name: func, expand: [16, 16, 0, 0], ...given, ...change };
    for (const key of without) delete body[key];
    return JSON.stringify(body);
  });

const anything = fc.oneof(
  { weight: 6, arbitrary: request },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

async function send(container: Container, body: string | Uint8Array) {
  const response = await container.handle(
    { method: "POST", url: "/", headers: {}, body: Buffer.from(body) },
    new AbortController().signal,
  );
  return { status: response.status, text: Buffer.from(response.body).toString() };
}

function isProper({ status, text }: { status: number; text: string }): boolean {
  if (status === 500) return /^[\w.]+(: |$)/.test(text);
  const body = JSON.parse(text);
  if (status === 200) return body.success === 1 && Array.isArray(body.oss_url) && typeof body.seed === "string";
  return (
    [460, 462, 469].includes(status) &&
    body.success === 0 &&
    body.error_code === status &&
    [...body.error_msg].length <= 200
  );
}

describe("whatever is sent, the service answers properly, and the next good request works", () => {
  it.each([
    ["a base service", ""],
    ["with translation and Blade", "--use_translate --use_blade"],
    ["a ControlNet service", "--func_name controlnet --close_safety"],
  ])("%s", async (_, flags) => {
    const { container, store } = run({ flags, files: FILES });
    store.put("bucket", "in/a.png", PICTURE);
    const good = JSON.stringify({ ...GOOD, image_base64: PICTURE.toString("base64") });
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        expect(await send(container, body)).toSatisfy(isProper);
        expect((await send(container, good)).status).toBe(200);
      }),
      { numRuns: 60 },
    );
  });

  it("bytes that are no text", async () => {
    const { container } = run();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (body) => {
        expect(await send(container, body)).toSatisfy(isProper);
      }),
      { numRuns: 60 },
    );
  });
});
