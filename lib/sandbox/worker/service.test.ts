import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { resultPlaces } from "./results";
import { placeholderWeights } from "./stand-in";
import { baseModel, safetensors, TRANSLATE } from "./testing/model";
import { COMMAND, post, run } from "./testing/run";

const SMALL = { task_id: "t", prompt: "a cat", width: 64, height: 64, seed: 1, steps: 5 };

const withConfig = (config: Record<string, unknown>) => ({
  ...baseModel(),
  "base_model/unet/config.json": JSON.stringify(config),
});

function images(body: Record<string, unknown>): Buffer[] {
  return (body.images_base64 as string[]).map((text) => Buffer.from(text, "base64url"));
}

describe("errors of a request", () => {
  it.each([
    [
      "no JSON",
      "{",
      460,
      "Json Parse Error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ],
    ["no body", "", 460, "Json Parse Error - Expecting value: line 1 column 1 (char 0)"],
    ["no task_id", { prompt: "a" }, 460, "Input Body Format Error - key: task_id must be provided!"],
    ["no prompt", { task_id: "t" }, 460, "Input Body Format Error - key: prompt must be provided!"],
    [
      "no image for i2i",
      { ...SMALL, func_name: "i2i" },
      460,
      "Input Body Format Error - key: image_link or image_base64 must be provided when using function i2i/controlnet/inpaint/outpaint",
    ],
    [
      "bytes that are no image",
      { ...SMALL, func_name: "i2i", image_base64: "aGVsbG8=" },
      460,
      "Input Body Format Error - Image data not valid, please check your image data (image_base64)",
    ],
    [
      "a link that leads nowhere",
      { ...SMALL, func_name: "i2i", image_link: "http://example.com/a.png" },
      460,
      "Input Body Format Error - image url http://example.com/a.png response faild!",
    ],
    [
      "translation without the model",
      { ...SMALL, use_translate: true },
      469,
      "Unexpected         Server Error - You need to set --use_translate to use the translation or post use_translate to False",
    ],
    [
      "ControlNet weights on a base service",
      { ...SMALL, controlnet_path: "x" },
      460,
      "Input Body Format Error - You should set --func_name controlnet to use controlnet.",
    ],
    [
      "a LoRA that is not there",
      { ...SMALL, lora_path: "lora/x.safetensors" },
      460,
      "Input Body Format Error - lora path: lora/x.safetensors not exists! Make sure you have mount the correct oss path",
    ],
  ])("%s: no task_id in the answer", async (_, body, code, message) => {
    expect(await post(run().container, body)).toEqual({
      status: code,
      body: { success: 0, error_code: code, error_msg: message },
    });
  });

  it.each([
    ["a seed that is no number", { seed: "abc" }, "invalid literal for int() with base 10: 'abc'"],
    ["a seed beyond 64 bits", { seed: "18446744073709551616" }, "Overflow when unpacking long"],
    ["a width in quotes", { width: "512" }, "not all arguments converted during string formatting"],
    [
      "a width with a point",
      '{"task_id":"t","prompt":"a","width":60.0,"height":64}',
      "Save result error: integer argument expected, got float",
    ],
    [
      "steps with a point",
      '{"task_id":"t","prompt":"a","steps":2.5}',
      "'float' object cannot be interpreted as an integer",
    ],
    ["a number for a prompt", { prompt: 5 }, "`prompt` has to be of type `str` or `list` but is <class 'int'>"],
    [
      "a task_id with a slash",
      { task_id: "a/b" },
      "Save result error: [Errno 2] No such file or directory: '/result/result/a/b_",
    ],
  ])("%s: 469 with the task_id", async (_, change, message) => {
    const { status, body } = await post(run().container, typeof change === "string" ? change : { ...SMALL, ...change });
    expect(status).toBe(469);
    expect(body.error_msg).toContain(`Unexpected         Server Error - ${message}`);
    expect(body.task_id).toBe(typeof change === "object" && "task_id" in change ? change.task_id : "t");
  });

  it("cuts the message at 200 characters", async () => {
    const { body } = await post(run().container, { ...SMALL, seed: "猫".repeat(300) });
    expect([...String(body.error_msg)]).toHaveLength(200);
  });

  it.each([
    ["a list instead of an object", "[]", "AttributeError: 'list' object has no attribute 'keys'"],
    [
      "an int for lora_attn",
      { ...SMALL, lora_path: "lora/x.bin", lora_attn: 1 },
      "TypeError: object of type 'int' has no len()",
    ],
  ])("%s is not caught by the program: 500", async (_, body, text) => {
    const { container } = run({ files: { ...baseModel(), "lora/x.bin": placeholderWeights("LoRA") } });
    expect(await post(container, body)).toEqual({ status: 500, body: { text } });
  });

  it("a result bucket that has gone is a failure to save", async () => {
    const { container, store } = run();
    await container.ready;
    store.write = () => Promise.reject(new Error("no such bucket: bucket"));
    const { status, body } = await post(container, SMALL);
    expect(status).toBe(469);
    expect(body.error_msg).toContain("Save result error: [Errno 5] Input/output error: '/result/result/t_");
  });

  it("goes on serving after an error", async () => {
    const { container } = run();
    await post(container, "nonsense");
    expect((await post(container, SMALL)).status).toBe(200);
  });
});

describe("errors of models and hardware", () => {
  it.each([
    ["CPU types", { gpu: undefined }, `"LayerNormKernelImpl" not implemented for 'Half'`],
    [
      "an inpainting UNet",
      { files: withConfig({ in_channels: 9, cross_attention_dim: 768 }) },
      "Given groups=1, weight of size [320, 9, 3, 3], expected input[2, 4, 8, 8] to have 9 channels, but got 4 channels instead",
    ],
  ])("%s load but serve no request", async (_, options, message) => {
    const { body } = await post(run(options).container, SMALL);
    expect(body.error_msg).toBe(`Unexpected         Server Error - ${message}`);
  });

  it("a ControlNet of another width serves no request", async () => {
    const { container } = run({
      flags: "--func_name controlnet",
      files: {
        ...baseModel(),
        "controlnet/config.json": '{"cross_attention_dim": 1024}',
        "controlnet/diffusion_pytorch_model.safetensors": safetensors(),
      },
    });
    const { body } = await post(container, { ...SMALL, image_base64: await png(32, 32) });
    expect(body.error_msg).toContain("mat1 and mat2 shapes cannot be multiplied (154x768 and 1024x320)");
  });

  it("1024 x 1024 runs out of memory on 24 GB, and fits with Blade", async () => {
    const large = { ...SMALL, width: 1024, height: 1024 };
    const plain = await post(run({ gpu: "A10" }).container, large);
    expect(plain.status).toBe(469);
    expect(plain.body.error_msg).toContain("CUDA out of memory. Tried to allocate");
    const blade = await post(run({ gpu: "A10", flags: "--use_blade" }).container, large);
    expect(blade.status).toBe(200);
  });
});

describe("text to image", () => {
  it("gives the same bytes for the same values, and others for another seed, prompt or step count", async () => {
    const { container } = run();
    const make = async (change: object) =>
      images((await post(container, { ...SMALL, use_base64: true, ...change })).body)[0]?.toString("hex");
    const first = await make({});
    expect(await make({ task_id: "other" })).toBe(first);
    expect(await make({ seed: 2 })).not.toBe(first);
    expect(await make({ prompt: "a dog" })).not.toBe(first);
    expect(await make({ steps: 6 })).not.toBe(first);
    expect(await make({ negative_prompt: "cat" })).not.toBe(first);
  });

  it("rounds up to multiples of 8 and brings the picture back to the wished size", async () => {
    const { body } = await post(run().container, { ...SMALL, width: 61, height: 75, use_base64: true });
    const { width, height } = await sharp(images(body)[0]).metadata();
    expect([width, height]).toEqual([61, 75]);
  });

  it("makes image_num different pictures", async () => {
    const { body } = await post(run().container, { ...SMALL, image_num: 3, use_base64: true });
    expect(new Set(images(body).map((image) => image.toString("hex"))).size).toBe(3);
    expect(body.oss_url).toHaveLength(3);
  });

  it("returns a random 64-bit seed as a string, and every bit of a given one", async () => {
    const { container } = run();
    const { seed: _, ...seedless } = SMALL;
    const first = (await post(container, seedless)).body.seed;
    expect(first).toMatch(/^\d+$/);
    expect((await post(container, seedless)).body.seed).not.toBe(first);
    const exact = await post(container, '{"task_id":"t","prompt":"a","seed":18446744073709551615}');
    expect(exact.body.seed).toBe("18446744073709551615");
  });

  it("takes an unknown function for t2i and says so in the log", async () => {
    const { container, log } = run();
    expect((await post(container, { ...SMALL, func_name: "t2v" })).status).toBe(200);
    expect(log.some((line) => line.includes("but got t2v. We use t2i by default"))).toBe(true);
  });

  it("writes below save_dir", async () => {
    const { container, store } = run();
    const { body } = await post(container, { ...SMALL, save_dir: "mine/today" });
    const key = String((body.oss_url as string[])[0]).replace("oss://bucket/", "");
    expect(key).toMatch(/^out\/mine\/today\/t_/);
    expect(store.keys("bucket")).toContain(key);
  });

  it.each([
    ["a/../b", /^out\/b\/t_[^/]*$/],
    ["./c//d", /^out\/c\/d\/t_[^/]*$/],
    ["../result/e", /^out\/e\/t_[^/]*$/],
  ])("a save_dir of %s means what a file system makes of it", async (save_dir, key) => {
    const { container, store } = run();
    expect((await post(container, { ...SMALL, save_dir })).status).toBe(200);
    expect(store.keys("bucket").filter((name) => name.startsWith("out/"))).toEqual([expect.stringMatching(key)]);
  });

  it("what is saved outside of the mounts stays in the container", async () => {
    const { container, store } = run();
    expect((await post(container, { ...SMALL, save_dir: "../elsewhere" })).status).toBe(200);
    expect(store.keys("bucket").filter((name) => name.includes("elsewhere"))).toEqual([]);
  });

  it("uses the URL-safe alphabet for base64", async () => {
    const { body } = await post(run().container, { ...SMALL, use_base64: true });
    expect((body.images_base64 as string[])[0]).toMatch(/^[\w-]+=*$/);
  });
});

describe("safety", () => {
  it("answers a word it takes offence at with a black picture", async () => {
    const { body } = await post(run().container, { ...SMALL, prompt: "nsfw, a cat", use_base64: true });
    expect(body.is_nsfw).toEqual([true]);
    const { channels } = await sharp(images(body)[0]).stats();
    expect(channels.map(({ max }) => max)).toEqual([0, 0, 0]);
  });

  it("does not compute it with --close_safety", async () => {
    const { body } = await post(run({ flags: "--close_safety" }).container, { ...SMALL, prompt: "nsfw" });
    expect(body.is_nsfw).toBeNull();
  });
});

describe("values that outlive their request", () => {
  it("what a request leaves out is the value of the request before", async () => {
    const { container } = run();
    await post(container, { ...SMALL, width: 40, height: 48, image_num: 2 });
    const { body } = await post(container, { task_id: "t", prompt: "a", use_base64: true });
    expect(images(body)).toHaveLength(2);
    const { width, height } = await sharp(images(body)[0]).metadata();
    expect([width, height]).toEqual([40, 48]);
  });

  it("a wrong value stays too", async () => {
    const { container } = run();
    await post(container, { ...SMALL, width: "wide" });
    expect((await post(container, { task_id: "t", prompt: "a" })).status).toBe(469);
  });

  it("seed, save_dir and use_base64 fall back to their defaults", async () => {
    const { container } = run();
    await post(container, { ...SMALL, save_dir: "mine", use_base64: true, seed: 5 });
    const { body } = await post(container, { task_id: "t", prompt: "a" });
    expect((body.oss_url as string[])[0]).toContain("/out/result/");
    expect(body).not.toHaveProperty("images_base64");
    expect(body.seed).not.toBe("5");
  });
});

describe("translation", () => {
  const files = { ...baseModel(), ...TRANSLATE };

  it("answers with the translated prompt, unless the request says otherwise", async () => {
    const { container } = run({ files, flags: "--use_translate" });
    const chinese = { ...SMALL, prompt: "一只猫" };
    expect((await post(container, chinese)).body.prompt).toBe("a cat [simulated translation]");
    expect((await post(container, { ...chinese, use_translate: false })).body.prompt).toBe("一只猫");
  });
});

describe("Blade", () => {
  const OPTIMISED = ["encoder.pt", "unet.pt", "decoder.pt"].map((name) => `model/optimized_model/${name}`);

  it("copies the image's optimised model and serves with it", async () => {
    const { container, store } = run({ flags: "--use_blade" });
    expect((await post(container, SMALL)).body.use_blade).toBe(true);
    expect(store.keys("bucket")).toEqual(expect.arrayContaining(OPTIMISED));
  });

  it("goes on without it on a card that is not supported", async () => {
    const { container, log } = run({ flags: "--use_blade", gpu: "T4" });
    expect((await post(container, SMALL)).body.use_blade).toBe(false);
    expect(log.some((line) => line.includes("Load pre-optimized blade model failed!"))).toBe(true);
  });

  it("goes on without it for SD 2.x, whose tensors do not fit the image's model", async () => {
    const files = withConfig({ in_channels: 4, cross_attention_dim: 1024 });
    const { container } = run({ flags: "--use_blade", files });
    expect((await post(container, SMALL)).body.use_blade).toBe(false);
  });

  it("optimises in the background on request, and switches over by itself", async () => {
    const { container, store } = run({ flags: "--use_blade --not_use_default_blade" });
    await container.ready;
    await expect.poll(() => store.keys("bucket")).toEqual(expect.arrayContaining(OPTIMISED));
    expect((await post(container, SMALL)).body.use_blade).toBe(true);
  });

  it("--remove_opt deletes what was optimised before", async () => {
    const files = { ...baseModel(), "optimized_model/unet.pt": "old", "optimized_model/extra.pt": "old" };
    const { container, store } = run({ flags: "--use_blade --remove_opt", files });
    await container.ready;
    expect(store.keys("bucket")).not.toContain("model/optimized_model/extra.pt");
  });
});

describe("LoRA", () => {
  const files = {
    ...baseModel(),
    "lora/ink.safetensors": safetensors({ lora_unet_down_blocks: [2] }),
    "lora/oil.safetensors": safetensors({ lora_unet_down_blocks: [2] }),
  };
  const withLora = { ...SMALL, use_base64: true, lora_path: "lora/ink.safetensors" };
  const bytes = async (container: ReturnType<typeof run>["container"], body: object) =>
    images((await post(container, body)).body)[0]?.toString("hex");

  it("stays loaded for later requests without Blade, and its weight does not count", async () => {
    const { container } = run({ files });
    const { lora_path: _, ...plain } = withLora;
    const before = await bytes(container, plain);
    const loaded = await bytes(container, { ...withLora, lora_attn: [0.2] });
    expect(loaded).not.toBe(before);
    expect(await bytes(container, plain)).toBe(loaded);
    expect(await bytes(container, { ...withLora, lora_attn: [0.9] })).toBe(loaded);
  });

  it("is taken out again with Blade, and several may be used", async () => {
    const { container } = run({ files, flags: "--use_blade" });
    const { lora_path: _, ...plain } = withLora;
    const before = await bytes(container, plain);
    const both = { ...withLora, lora_path: ["lora/ink.safetensors", "lora/oil.safetensors"], lora_attn: [0.5, 0.6] };
    expect(await bytes(container, both)).not.toBe(before);
    expect(await bytes(container, plain)).toBe(before);
  });

  it("several are refused without Blade", async () => {
    const { body } = await post(run({ files }).container, {
      ...withLora,
      lora_path: ["lora/ink.safetensors", "lora/oil.safetensors"],
    });
    expect(body.error_msg).toContain("Ori diffusers api only allow one lora model.");
  });

  it("is refused while Blade has not loaded", async () => {
    const { body } = await post(run({ files, flags: "--use_blade", gpu: "T4" }).container, withLora);
    expect(body.error_msg).toContain("Please wait util the blade optimization done to add lora model");
  });

  it("needs as many weights as paths", async () => {
    const { body } = await post(run({ files }).container, { ...withLora, lora_attn: [0.1, 0.2] });
    expect(body.error_msg).toContain("The input length of lora_paths and lora_attns must be the same");
  });
});

describe("LoRA of a request without Blade", () => {
  const lora = { "lora/ink.safetensors": safetensors({ lora_unet_down_blocks: [2] }) };

  it("is written anew as .bin beside the file", async () => {
    const { container, store } = run({ files: { ...baseModel(), ...lora } });
    expect((await post(container, { ...SMALL, lora_path: "lora/ink.safetensors" })).status).toBe(200);
    expect(store.keys("bucket")).toContain("model/lora/ink.bin");
  });

  it("cannot be written on a read-only mount", async () => {
    const { container } = run({ readOnly: true, files: { ...baseModel(), ...lora } });
    const { status, body } = await post(container, { ...SMALL, lora_path: "lora/ink.safetensors" });
    expect(status).toBe(469);
    expect(body.error_msg).toContain("Convert lora model error: [Errno 30] Read-only file system: '/oss/lora/ink.bin'");
    expect(body).not.toHaveProperty("task_id");
  });

  it.each([
    ["a folder", { lora_path: "lora" }, 469, "[Errno 21] Is a directory: '/oss/lora'"],
    ["another model", { lora_path: "lora/xl.safetensors" }, 469, "A dict of processors was passed"],
  ])("%s does not load", async (_, change, status, message) => {
    const xl = { "lora/xl.safetensors": safetensors({ "lora_unet_input_blocks_4_1.lora_up.weight": [2] }) };
    const answer = await post(run({ files: { ...baseModel(), ...lora, ...xl } }).container, { ...SMALL, ...change });
    expect(answer.status).toBe(status);
    expect(answer.body.error_msg).toContain(message);
  });

  it("a path that is no text is not caught", async () => {
    expect(await post(run().container, { ...SMALL, lora_path: [5] })).toEqual({
      status: 500,
      body: { text: "TypeError: join() argument must be str, bytes, or os.PathLike object, not 'int'" },
    });
  });
});

describe("names of results", () => {
  it("collide within a second: a later picture takes an earlier one's place", async () => {
    const clock = { now: () => Date.UTC(2026, 0, 2), sleep: async () => undefined };
    const { container, store } = run({ clock });
    const { body } = await post(container, { ...SMALL, image_num: 150, width: 8, height: 8 });
    const urls = body.oss_url as string[];
    expect(urls).toHaveLength(150);
    const suffixes = urls.map((url) => Number(/_(\d+)\.png$/.exec(url)?.[1]));
    expect(Math.max(...suffixes)).toBeLessThanOrEqual(100);
    const stored = store.keys("bucket").filter((key) => key.startsWith("out/result/t_20260102_080000_"));
    expect(stored).toHaveLength(new Set(urls).size);
    expect(stored.length).toBeLessThan(150);
  });

  it("a slash in the task's id leads into a folder that has to be there", async () => {
    const { container } = run();
    expect((await post(container, { ...SMALL, task_id: "sub/x" })).status).toBe(469);
    await post(container, { ...SMALL, save_dir: "result/sub" });
    const { body } = await post(container, { ...SMALL, task_id: "sub/x" });
    expect((body.oss_url as string[])[0]).toMatch(/^oss:\/\/bucket\/out\/result\/sub\/x_/);
  });

  it.each([
    ["a file in the folder's place", { save_dir: "taken" }, "FileExistsError: [Errno 17] File exists: '/result/taken'"],
    [
      "a file above it",
      { save_dir: "taken/deep" },
      "NotADirectoryError: [Errno 20] Not a directory: '/result/taken/deep'",
    ],
    ["a zero byte", { save_dir: "a\0b" }, "ValueError: embedded null byte"],
    [
      "half a character",
      { save_dir: "a\ud800" },
      "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 9: surrogates not allowed",
    ],
    ["no text", { save_dir: 5 }, "TypeError: join() argument must be str, bytes, or os.PathLike object, not 'int'"],
    ["a key named error", { error: "x" }, "AttributeError: 'str' object has no attribute 'code'"],
  ])("%s is met outside of the program's own care: 500", async (_, change, text) => {
    const { container, store } = run();
    store.put("bucket", "out/taken", "x");
    expect(await post(container, { ...SMALL, ...change })).toEqual({ status: 500, body: { text } });
  });
});

describe("sides that the pipeline and PIL see differently", () => {
  it.each([
    [
      "zero is the pipeline's default, and nothing to PIL",
      { width: 0 },
      "Save result error: height and width must be > 0",
    ],
    ["below zero", { width: -8 }, "Trying to create tensor with negative dimension -1: [1, 4, 8, -1]"],
    [
      "resize_mode is looked at when a picture is saved",
      { width: 60, resize_mode: "x" },
      "Save result error: invalid literal for int() with base 10: 'x'",
    ],
  ])("%s", async (_, change, message) => {
    const { status, body } = await post(run().container, { ...SMALL, ...change });
    expect(status).toBe(469);
    expect(body.error_msg).toBe(`Unexpected         Server Error - ${message}`);
  });

  it("a float that is whole works as long as nothing has to be resized", async () => {
    const text = '{"task_id":"t","prompt":"a","width":64.0,"height":64.0}';
    expect((await post(run().container, text)).status).toBe(200);
  });
});

describe("resultPlaces", () => {
  const places = (ossSaveDir: string, saveDir: string, region = "hangzhou") =>
    resultPlaces({ ossSaveDir, region }, saveDir);

  it.each([
    ["oss://b/p/", "result", "/result/result", "oss://b/p/result", "https://b.oss-cn-hangzhou.aliyuncs.com/p/result"],
    ["oss://b/p", "x/y", "/result/x/y", "oss://b/p/x/y", "https://b.oss-cn-hangzhou.aliyuncs.com/p/x/y"],
    ["oss://b/", "", "/result/", "oss://b/", "https://b.oss-cn-hangzhou.aliyuncs.com/"],
    ["oss://b/p/", "/abs", "/abs", "/abs", "/abs"],
  ])("%s and %s", (ossSaveDir, saveDir, folder, oss, http) => {
    expect(places(ossSaveDir, saveDir)).toEqual({ folder, oss, http });
  });

  it("takes the region as it is given, right or wrong", () => {
    expect(places("oss://b/p/", "r", "cn-hangzhou").http).toBe("https://b.oss-cn-cn-hangzhou.aliyuncs.com/p/r");
  });

  it("a flag that is no OSS path breaks every request", async () => {
    const { container } = run({ command: COMMAND.replace("oss://bucket/out/", "bucket") });
    expect(await post(container, SMALL)).toEqual({
      status: 500,
      body: { text: "IndexError: list index out of range" },
    });
  });

  it("a flag that differs from the mount gives wrong links, while the files are where the mount says", async () => {
    const { container, store } = run({ command: COMMAND.replace("oss://bucket/out/", "oss://bucket/elsewhere/") });
    const { body } = await post(container, SMALL);
    expect((body.oss_url as string[])[0]).toContain("oss://bucket/elsewhere/result/");
    expect(store.keys("bucket").some((key) => key.startsWith("out/result/"))).toBe(true);
  });
});

async function png(width: number, height: number): Promise<string> {
  const image = sharp({ create: { width, height, channels: 3, background: "#808080" } });
  return (await image.png().toBuffer()).toString("base64");
}
