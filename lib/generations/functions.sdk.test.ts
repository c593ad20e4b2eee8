import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import { sampleModel } from "@/lib/models/sample";
import { createOssClient } from "@/lib/oss/client";
import { GenerateInputSchema, type InputImage } from "@/lib/playground/input";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { readInput, reuseResult, storeInput } from "./input-pictures";
import { submitGenerations } from "./submit";
import { settled } from "./testing";
import { type Console, openConsole } from "./testing-console";

/** The functions that take pictures, from the stored input to the picture in the bucket, with real clients. */

const SERVICE = "edits";
let sandbox: Sandbox;
let store: TestStore;
let ctx: Context;
let image: InputImage;
let mask: InputImage;
let own: Console;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  store = await createTestStore();
  ctx = context();
  await ctx.oss.createBucket("pictures");
  for (const { path, bytes } of sampleModel()) await ctx.oss.putObject("pictures", `models/sample/${path}`, bytes);
  await ctx.eas.createService(
    JSON.stringify({
      name: SERVICE,
      metadata: { name: SERVICE, instance: 1, rpc: { keepalive: 60_000 } },
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [
        {
          image:
            "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
          command: "python /home/pai/app.py --func_name base --oss_save_dir oss://pictures/out/ --region hangzhou",
        },
      ],
      storage: [
        { mount_path: "/oss", oss: { path: "oss://pictures/models/sample/", readOnly: false } },
        { mount_path: "/result", oss: { path: "oss://pictures/out/", readOnly: false } },
      ],
    }),
  );
  await vi.waitFor(async () => expect((await ctx.eas.describeService(SERVICE)).status).toBe("Running"), 15_000);
  own = openConsole(store, ctx.connection, {}, (error) => {
    throw error;
  });
  image = await storeInput(ctx, { service: SERVICE, bytes: await picture("#2060c0") });
  mask = await storeInput(ctx, { service: SERVICE, bytes: await maskOf() });
});

afterAll(async () => {
  await own.end();
  await store.close();
  await sandbox.close();
});

function context(): Context {
  const connection: Connection = connectTo(sandbox);
  const parts = {
    connection,
    eas: createEasClient(connection),
    oss: createOssClient(connection),
    db: store.db,
    clock: systemClock,
    signal: new AbortController().signal,
  };
  return parts as unknown as Context;
}

const picture = (background: string) =>
  sharp({ create: { width: 256, height: 192, channels: 3, background } })
    .png()
    .toBuffer();

/** The left half is to be painted anew. */
const maskOf = () =>
  sharp({ create: { width: 256, height: 192, channels: 3, background: "black" } })
    .composite([
      {
        input: { create: { width: 128, height: 192, channels: 3, background: "white" } },
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();

async function make(values: Record<string, unknown>) {
  const taskId = `task${Math.random().toString(36).slice(2, 12).padEnd(10, "0")}`;
  const input = GenerateInputSchema.parse({
    prompt: "a boat",
    steps: 4,
    width: 256,
    height: 192,
    seed: "7",
    ...values,
  });
  await submitGenerations(ctx, { service: SERVICE, requests: [{ taskId, input }] });
  const made = await settled(ctx, taskId);
  expect(made.serviceError ?? made.error).toBeUndefined();
  const [first] = made.pictures;
  if (!first) throw new Error("no picture");
  const head = await ctx.oss.headObject(first.bucket, first.key);
  const bytes = await ctx.oss.getObjectRange(first.bucket, first.key, 0, head?.sizeBytes ?? 0);
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { width: info.width, height: info.height, pixel, key: first.key };
}

test("the same picture is stored once, below the result folder, with its size", async () => {
  const again = await storeInput(ctx, { service: SERVICE, bytes: await picture("#2060c0") });
  expect(again).toMatchObject({ key: image.key, width: 256, height: 192 });
  expect(image.key).toMatch(/^out\/easel-inputs\/[0-9a-f]{24}\.png$/);
});

test.each([
  [
    "a canvas's, with four channels",
    () => sharp({ create: { width: 256, height: 192, channels: 4, background: "#2060c0ff" } }),
  ],
  ["a grey one", () => sharp({ create: { width: 256, height: 192, channels: 3, background: "#808080" } }).greyscale()],
])("%s becomes one that the container takes", async (_, create) => {
  for (const bytes of [await create().png().toBuffer(), await create().jpeg().toBuffer()]) {
    const stored = await storeInput(ctx, { service: SERVICE, bytes });
    const made = await make({ func: "i2i", image: stored, denoisingStrength: 0.3 });
    expect(made).toMatchObject({ width: 256, height: 192 });
  }
});

test("what is no picture, or one of another kind, is not stored", async () => {
  const gif = await sharp(await picture("red"))
    .gif()
    .toBuffer();
  for (const bytes of [new TextEncoder().encode("<svg onload=alert(1)>"), gif, new Uint8Array()]) {
    await expect(storeInput(ctx, { service: SERVICE, bytes })).rejects.toMatchObject({
      code: "invalid_input",
      params: { rule: "playground.rules.imageFormat" },
    });
  }
});

test("image to image goes on from the picture", async () => {
  const { width, height } = await make({ func: "i2i", image, denoisingStrength: 0.3 });
  expect({ width, height }).toEqual({ width: 256, height: 192 });
});

test("inpainting leaves what is black in the mask as it was", async () => {
  const { pixel } = await make({ func: "inpaint", image, mask, denoisingStrength: 1 });
  for (const x of [140, 200, 255]) expect(pixel(x, 96)).toEqual([0x20, 0x60, 0xc0]);
  expect(pixel(60, 96)).not.toEqual([0x20, 0x60, 0xc0]);
});

test("a picture and a mask that are too large together are both heard", async () => {
  const half = (background: string, left: string) =>
    sharp({ create: { width: 480, height: 352, channels: 3, background } })
      .composite([{ input: { create: { width: 240, height: 352, channels: 3, background: left } }, left: 0, top: 0 }])
      .png({ compressionLevel: 0 })
      .toBuffer();
  const image = await storeInput(ctx, { service: SERVICE, bytes: await half("#2060c0", "#2060c0") });
  const mask = await storeInput(ctx, { service: SERVICE, bytes: await half("black", "white") });
  expect([image.byLink, mask.byLink]).toEqual([undefined, undefined]);
  const { pixel } = await make({ func: "inpaint", image, mask, denoisingStrength: 1, width: 480, height: 352 });
  expect(pixel(400, 200)).toEqual([0x20, 0x60, 0xc0]);
  expect(pixel(100, 200)).not.toEqual([0x20, 0x60, 0xc0]);
});

test("outpainting grows the picture by the sides asked for", async () => {
  const expand = { left: 64, right: 0, up: 32, down: 0 };
  const { width, height, pixel } = await make({ func: "outpaint", image, expand });
  expect({ width, height }).toEqual({ width: 320, height: 224 });
  expect(pixel(200, 120)).toEqual([0x20, 0x60, 0xc0]);
});

test("a result becomes an input where it lies: in the request where it fits, else by a link, without loss", async () => {
  const { key } = await make({ func: "t2i" });
  expect(await reuseResult(ctx, { service: SERVICE, key })).toEqual({ key, width: 256, height: 192 });
  const background = "#b00000";
  const large = "out/result/large.png";
  const whole = await sharp({ create: { width: 800, height: 600, channels: 3, background } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  await ctx.oss.putObject("pictures", large, whole);
  const before = await ctx.oss.listAllObjects("pictures", "out/", 1000);
  const image = await reuseResult(ctx, { service: SERVICE, key: large });
  expect(image).toEqual({ key: large, width: 800, height: 600, byLink: true });
  const after = await ctx.oss.listAllObjects("pictures", "out/", 1000);
  expect(after.objects).toEqual(before.objects);
  const { pixel } = await make({ func: "i2i", image, denoisingStrength: 0.3, width: 256, height: 192 });
  const [red = 0, , blue = 0] = pixel(40, 150);
  expect(red).toBeGreaterThan(blue);
});

test("what the pipeline cannot take of a result is stored once more, without its fourth channel", async () => {
  const create = { width: 640, height: 480, channels: 4, background: { r: 0, g: 90, b: 0, alpha: 0.5 } } as const;
  for (const [key, compressionLevel, byLink] of [
    ["out/result/small.png", 9, undefined],
    ["out/result/heavy.png", 0, undefined],
    ["out/result/heaviest.png", 0, true],
  ] as const) {
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const given = byLink ? { create: { ...create, noise } } : { create };
    await ctx.oss.putObject("pictures", key, await sharp(given).png({ compressionLevel }).toBuffer());
    const image = await reuseResult(ctx, { service: SERVICE, key });
    expect(image).toMatchObject({ key: expect.stringContaining("easel-inputs/"), width: 640, height: 480 });
    expect(image.byLink).toBe(byLink);
  }
  await ctx.oss.putObject("pictures", "out/result/words.png", Buffer.from("no picture"));
  await expect(reuseResult(ctx, { service: SERVICE, key: "out/result/words.png" })).rejects.toMatchObject({
    params: { rule: "playground.rules.imageFormat" },
  });
});

test("a picture that is too large for a request is read from the bucket by the service, and each one is itself", async () => {
  const noisy = (background: string) =>
    sharp({
      create: { width: 1024, height: 768, channels: 3, background, noise: { type: "gaussian", mean: 0, sigma: 30 } },
    })
      .composite([{ input: { create: { width: 1024, height: 768, channels: 3, background } }, blend: "add" }])
      .png({ compressionLevel: 0 })
      .toBuffer();
  const made: number[][] = [];
  for (const [background, seed] of [
    ["#b00000", "1"],
    ["#0000b0", "2"],
    ["#b00000", "3"],
  ] as const) {
    const bytes = await noisy(background);
    await expect(storeInput(ctx, { service: SERVICE, bytes })).rejects.toMatchObject({
      params: { rule: "playground.rules.imageTooLarge" },
    });
    const large = await storeInput(ctx, { service: SERVICE, bytes, byLink: true });
    expect(large).toMatchObject({ byLink: true, width: 1024, height: 768 });
    const { pixel } = await make({ func: "i2i", image: large, denoisingStrength: 0.3, width: 256, height: 192, seed });
    made.push(pixel(40, 150));
  }
  const isRed = ([red = 0, , blue = 0]: number[] = []) => red > blue;
  expect(made.map(isRed)).toEqual([true, false, true]);
  // The address is as good as the picture for as long as it lasts: it is not kept.
  const rows = await store.db.select({ request: generations.request }).from(generations);
  expect(JSON.stringify(rows)).not.toMatch(/image_link|x-oss-signature/);
});

test("what fits goes along in the request, whatever was wished", async () => {
  const small = await storeInput(ctx, { service: SERVICE, bytes: await picture("#2060c0"), byLink: true });
  expect(small).toEqual({ key: image.key, width: 256, height: 192 });
});

test("only pictures of the result folder are handed out", async () => {
  expect((await readInput(ctx, { service: SERVICE, key: image.key })).type).toBe("image/png");
  await ctx.oss.putObject("pictures", "out/page.html", new TextEncoder().encode("<script>alert(1)</script>"));
  for (const key of ["out/page.html", "models/sample/base_model/model_index.json", "out/../private/x.png"]) {
    await expect(readInput(ctx, { service: SERVICE, key })).rejects.toMatchObject({ code: "not_found" });
  }
});

test("pictures outside of the result folder are never read for a request", async () => {
  await ctx.oss.putObject("pictures", "private/secret.png", await picture("red"));
  const outside = { ...image, key: "private/secret.png" };
  const climbing = { ...image, key: "out/../private/secret.png" };
  for (const given of [outside, climbing]) {
    const input = GenerateInputSchema.parse({ func: "i2i", prompt: "x", image: given });
    const taskId = `taskoutside${given.key.length}`;
    await submitGenerations(ctx, { service: SERVICE, requests: [{ taskId, input }] });
    const made = await settled(ctx, taskId);
    expect(made.error).toMatchObject({ code: "not_found" });
  }
});
