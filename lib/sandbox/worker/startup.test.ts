import { describe, expect, it } from "vitest";
import { placeholderWeights } from "./stand-in";
import { baseModel, type Files, MODEL_INDEX, safetensors, TRANSLATE } from "./testing/model";
import { COMMAND, lastLine, post, type RunOptions, run } from "./testing/run";

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3438167540\n";
const UNET = "base_model/unet/diffusion_pytorch_model.safetensors";
const TEXT = "base_model/text_encoder/model.safetensors";
const CONTROLNET = "--func_name controlnet";

/** The base model with some paths replaced or, where undefined, removed. */
function changed(changes: Record<string, string | Uint8Array | undefined>): Files {
  const entries = Object.entries({ ...baseModel(), ...changes });
  return Object.fromEntries(entries.flatMap(([path, body]) => (body === undefined ? [] : [[path, body]])));
}

const without = (folder: string) =>
  Object.fromEntries(Object.entries(baseModel()).filter(([path]) => !path.startsWith(folder)));

const index = (entries: Record<string, unknown>) => ({
  "base_model/model_index.json": JSON.stringify({ ...MODEL_INDEX, ...entries }),
});

const unetConfig = (config: Record<string, unknown>) => ({ "base_model/unet/config.json": JSON.stringify(config) });

const only = (ckpt: number, safetensorsCount: number) =>
  "ValueError: You need to provide only one .ckpt model or one .safetensors model to convert. " +
  `But got .ckpt: ${ckpt} and .safetensors: ${safetensorsCount}`;

const noWeights = (folder: string) =>
  `OSError: Error no file named diffusion_pytorch_model.bin found in directory /oss/${folder}.`;

const unreadable = (path: string) =>
  `OSError: Unable to load weights from checkpoint file for '/oss/${path}' at '/oss/${path}'. ` +
  "If you tried to load a PyTorch model from a TF 2.0 checkpoint, please set from_tf=True.";

/** A safetensors file without `__metadata__`. */
function nameless(): Uint8Array {
  const header = Buffer.from('{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}');
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, Buffer.alloc(1)]);
}

const CASES: [name: string, options: RunOptions, message: string][] = [
  [
    "no base_model",
    { files: { "model.txt": "" } },
    "ValueError: base_model dir must be provided to load the base model for diffusers!",
  ],
  [
    "a folder in the wrong case",
    { files: { "Base_Model/x": "" } },
    "ValueError: base_model dir must be provided to load the base model for diffusers!",
  ],
  [
    "base_model is a file",
    { files: { base_model: "x" } },
    "NotADirectoryError: [Errno 20] Not a directory: '/oss/base_model'",
  ],
  ["no safety_checker", { files: without("base_model/safety_checker") }, only(0, 0)],
  ["no feature_extractor", { files: without("base_model/feature_extractor") }, only(0, 0)],
  ["a folder too deep", { files: { "base_model/sd15/model_index.json": "{}" } }, only(0, 0)],
  ["two checkpoints", { files: { "base_model/a.ckpt": "x", "base_model/b.safetensors": "x" } }, only(1, 1)],
  [
    "a hidden companion counts",
    { files: { "base_model/a.safetensors": "x", "base_model/._a.safetensors": "x" } },
    only(0, 2),
  ],
  ["endings are case-sensitive", { files: { "base_model/a.CKPT": "x" } }, only(0, 0)],
  ["checkpoints in subfolders do not count", { files: { "base_model/x/a.ckpt": "x" } }, only(0, 0)],
  [
    "model_index.json is no JSON",
    { files: changed({ "base_model/model_index.json": "{" }) },
    "OSError: It looks like the config file at '/oss/base_model/model_index.json' is not a valid JSON file.",
  ],
  [
    "a scheduler that came later",
    { files: changed(index({ scheduler: ["diffusers", "FlowMatchEulerDiscreteScheduler"] })) },
    "AttributeError: module 'diffusers' has no attribute 'FlowMatchEulerDiscreteScheduler'",
  ],
  [
    "a text encoder that came later",
    { files: changed(index({ text_encoder: ["transformers", "Qwen2Model"] })) },
    "AttributeError: module transformers has no attribute Qwen2Model",
  ],
  [
    "no unet in the index",
    { files: changed(index({ unet: undefined })) },
    "ValueError: Pipeline <class 'diffusers_modules.local.lpw_stable_diffusion.StableDiffusionLongPromptWeightingPipeline'> " +
      "expected {'vae', 'text_encoder', 'tokenizer', 'unet', 'scheduler', 'safety_checker', 'feature_extractor'}, " +
      "but only {'feature_extractor', 'safety_checker', 'scheduler', 'text_encoder', 'tokenizer', 'vae'} were passed.",
  ],
  [
    "SDXL",
    { files: changed(unetConfig({ addition_embed_type: "text_time" })) },
    "KeyError: 'add_embedding.linear_1.bias'",
  ],
  ["no unet weights", { files: changed({ [UNET]: undefined }) }, noWeights("base_model/unet")],
  [
    "only an fp16 variant",
    {
      files: changed({ [UNET]: undefined, "base_model/unet/diffusion_pytorch_model.fp16.safetensors": safetensors() }),
    },
    noWeights("base_model/unet"),
  ],
  [
    "a sharded unet",
    {
      files: changed({
        [UNET]: undefined,
        "base_model/unet/diffusion_pytorch_model.safetensors.index.json": '{"weight_map":{"a":"x.safetensors"}}',
        "base_model/unet/x.safetensors": safetensors(),
      }),
    },
    noWeights("base_model/unet"),
  ],
  [
    "no unet config",
    { files: changed({ "base_model/unet/config.json": undefined }) },
    "OSError: Error no file named config.json found in directory /oss/base_model/unet.",
  ],
  ["an empty weight file", { files: changed({ [UNET]: "" }) }, unreadable(UNET)],
  ["a weight file cut off", { files: changed({ [UNET]: safetensors({ a: [64] }).subarray(0, -8) }) }, unreadable(UNET)],
  [
    "an empty .bin",
    { files: changed({ [UNET]: undefined, "base_model/unet/diffusion_pytorch_model.bin": "" }) },
    unreadable("base_model/unet/diffusion_pytorch_model.bin"),
  ],
  [
    "a Git LFS pointer",
    { files: changed({ [UNET]: LFS }) },
    "OSError: You seem to have cloned a repository without having git-lfs installed. Please install git-lfs and run " +
      "`git lfs install` followed by `git lfs pull` in the folder you cloned.",
  ],
  [
    "an empty text encoder",
    { files: changed({ [TEXT]: "" }) },
    "safetensors_rust.SafetensorError: Error while deserializing header: HeaderTooSmall",
  ],
  [
    "no text encoder weights",
    { files: changed({ [TEXT]: undefined }) },
    "OSError: Error no file named pytorch_model.bin, tf_model.h5, model.ckpt.index or flax_model.msgpack found in directory /oss/base_model/text_encoder.",
  ],
  [
    "a shard that is missing",
    {
      files: changed({
        [TEXT]: undefined,
        "base_model/text_encoder/model.safetensors.index.json":
          '{"weight_map":{"a":"model-00002-of-00002.safetensors"}}',
      }),
    },
    "OSError: /oss/base_model/text_encoder does not appear to have a file named model-00002-of-00002.safetensors. " +
      "Checkout 'https://huggingface.co//oss/base_model/text_encoder/main' for available files.",
  ],
  [
    "a safety checker without weights",
    { files: changed({ "base_model/safety_checker/model.safetensors": undefined }) },
    "OSError: Error no file named pytorch_model.bin, tf_model.h5, model.ckpt.index or flax_model.msgpack found in directory /oss/base_model/safety_checker.",
  ],
  [
    "no vocabulary",
    {
      files: changed({
        "base_model/tokenizer/vocab.json": undefined,
        "base_model/tokenizer/merges.txt": undefined,
        "base_model/tokenizer/x": "",
      }),
    },
    "OSError: Can't load tokenizer for '/oss/base_model/tokenizer'. If you were trying to load it from 'https://huggingface.co/models', " +
      "make sure you don't have a local directory with the same name. Otherwise, make sure '/oss/base_model/tokenizer' is the correct path " +
      "to a directory containing all relevant files for a CLIPTokenizer tokenizer.",
  ],
  [
    "a function nobody knows",
    { flags: "--func_name t2i" },
    "ValueError: Unrecognized function name: t2i. We support base(t2i)/controlnet",
  ],
  [
    "no controlnet folder",
    { flags: CONTROLNET },
    "ValueError: The controlnet dir must be provided when using the function controlnet",
  ],
  [
    "an original ControlNet .pth",
    { flags: CONTROLNET, files: changed({ "controlnet/config.json": "{}", "controlnet/control_sd15_canny.pth": "x" }) },
    noWeights("controlnet"),
  ],
  [
    "no translation model",
    { flags: "--use_translate" },
    "ValueError: Please put the translation model in the translate dir.",
  ],
  [
    "a translation model one level too deep",
    { flags: "--use_translate", files: changed({ "translate/damo/configuration.json": "{}" }) },
    "ValueError: /oss/translate/configuration.json: configuration file not found in the model folder",
  ],
  [
    "a translation model without weights",
    { flags: "--use_translate", files: changed({ "translate/configuration.json": "{}" }) },
    "ValueError: The passed save_path is not a valid checkpoint: /oss/translate/tf_ckpts",
  ],
  [
    "two LoRA .bin",
    { files: changed({ "lora_model/a.bin": "x", "lora_model/b.bin": "x" }) },
    "ValueError: only one lora model is allowed when init!",
  ],
  [
    "a LoRA of SDXL",
    {
      files: changed({ "lora_model/a.safetensors": safetensors({ "lora_unet_input_blocks_4_1.lora_up.weight": [2] }) }),
    },
    "ValueError: A dict of processors was passed, but the number of processors 140 does not match the number of attention layers: 32. " +
      "Please make sure to pass 32 processor classes.",
  ],
  [
    "a checkpoint without its VAE",
    {
      files: {
        "base_model/sd.safetensors": safetensors({
          "model.diffusion_model.time_embed.0.weight": [2],
          "cond_stage_model.transformer.x": [2],
        }),
      },
    },
    "KeyError: 'encoder.conv_in.weight'",
  ],
  [
    "a checkpoint without its text encoder",
    {
      files: {
        "base_model/sd.safetensors": safetensors({
          "model.diffusion_model.time_embed.0.weight": [2],
          "first_stage_model.encoder.conv_in.weight": [2],
        }),
      },
    },
    '\tMissing key(s) in state_dict: "text_model.embeddings.token_embedding.weight".',
  ],
  [
    "half a vocabulary",
    { files: changed({ "base_model/tokenizer/vocab.json": '{"a": 1, ' }) },
    "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
  ],
  [
    "a fast tokenizer with a vocabulary alone",
    {
      files: changed({
        ...index({ tokenizer: ["transformers", "CLIPTokenizerFast"] }),
        "base_model/tokenizer/merges.txt": undefined,
      }),
    },
    "TypeError: expected str, bytes or os.PathLike object, not NoneType",
  ],
  [
    "a text encoder that does not name its framework",
    { files: changed({ "base_model/text_encoder/model.safetensors": nameless() }) },
    "AttributeError: 'NoneType' object has no attribute 'get'",
  ],
  [
    "a UNet of another width than its config",
    {
      files: changed({
        "base_model/unet/diffusion_pytorch_model.safetensors": safetensors({
          "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [2, 1024],
        }),
      }),
    },
    "ValueError: Cannot load <class 'diffusers.models'> from base_model/unet because " +
      "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight expected shape torch.Size([320, 768]), but got " +
      "torch.Size([320, 1024]).",
  ],
  [
    "a UNet without a tensor",
    { files: changed({ "base_model/unet/diffusion_pytorch_model.safetensors": safetensors({}) }) },
    "ValueError: Cannot load base_model/unet because the keys are missing",
  ],
  [
    "half a zip",
    {
      files: changed({
        "base_model/unet/diffusion_pytorch_model.safetensors": undefined,
        "base_model/unet/diffusion_pytorch_model.bin": Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(4000)]),
      }),
    },
    unreadable("base_model/unet/diffusion_pytorch_model.bin"),
  ],
  [
    "a LoRA as the checkpoint",
    { files: { "base_model/lora.safetensors": safetensors({ lora_unet_x: [2] }) } },
    "KeyError: 'time_embed.0.weight'",
  ],
  [
    "a LoRA as .ckpt",
    { files: { "base_model/lora.ckpt": pickled(["lora_unet_down_blocks_0.lora_up.weight"]) } },
    "KeyError: 'time_embed.0.weight'",
  ],
  [
    "a LyCORIS",
    { files: changed({ "lora_model/a.safetensors": safetensors({ "lora_unet_down.hada_w1_a": [2] }) }) },
    "ValueError: /oss/lora_model/a.bin does not seem to be in the correct format expected by LoRA training.",
  ],
  [
    "a folder where a file belongs",
    { files: changed({ "lora_model/a.bin/x": "y" }) },
    "IsADirectoryError: [Errno 21] Is a directory: '/oss/lora_model/a.bin'",
  ],
  [
    "a checkpoint on a read-only mount",
    { readOnly: true, files: { "base_model/sd.ckpt": placeholderWeights("a checkpoint") } },
    "OSError: [Errno 30] Read-only file system: '/oss/base_model/vae'",
  ],
  [
    "Blade on a read-only mount",
    { readOnly: true, flags: "--use_blade" },
    "OSError: [Errno 30] Read-only file system: '/oss/optimized_model'",
  ],
];

describe("a start that fails ends with exit code 1 and the message as the last line of the log", () => {
  it.each(CASES)("%s", async (_, options, message) => {
    const { container, log } = run(options);
    await expect(container.ready).rejects.toMatchObject({ exitCode: 1 });
    expect(lastLine(log)).toBe(message);
    expect(log.some((line) => line.endsWith("Traceback (most recent call last):"))).toBe(true);
  });

  it("shows the loader's own words in the traceback before", async () => {
    const { container, log } = run({ files: changed({ [UNET]: "" }) });
    await expect(container.ready).rejects.toThrow();
    expect(log.join("\n")).toContain(
      "safetensors_rust.SafetensorError: Error while deserializing header: HeaderTooSmall",
    );
    expect(log.join("\n")).toContain("During handling of the above exception, another exception occurred:");
  });

  it("a wrong command line ends with the usage and exit code 2", async () => {
    const { container, log } = run({ command: `${COMMAND} --turbo` });
    await expect(container.ready).rejects.toMatchObject({ exitCode: 2 });
    expect(lastLine(log)).toBe("ev eas processor local runner: error: unrecognized arguments: --turbo");
  });

  it("another program is not there", async () => {
    const { container, log } = run({ command: "/entrypoint.sh" });
    await expect(container.ready).rejects.toMatchObject({ exitCode: 127 });
    expect(lastLine(log)).toBe("/bin/sh: 1: /entrypoint.sh: not found");
  });

  it("requests to a container that did not start are refused", async () => {
    const { container } = run({ files: {} });
    await expect(post(container, { task_id: "t", prompt: "a" })).rejects.toMatchObject({ exitCode: 1 });
  });
});

/** A checkpoint as far as the conversion looks for names. */
const BARE = ["model.diffusion_model.time_embed.0.weight", "first_stage_model.encoder.conv_in.weight"];
const WHOLE: Record<string, number[]> = Object.fromEntries(
  [...BARE, "cond_stage_model.transformer.text_model.x"].map((name) => [name, [2]]),
);

describe("a start that succeeds", () => {
  const controlnet = {
    "controlnet/config.json": JSON.stringify({ cross_attention_dim: 768 }),
    "controlnet/diffusion_pytorch_model.bin": placeholderWeights("a ControlNet"),
  };

  it.each<[string, RunOptions]>([
    ["the whole folder", {}],
    ["stray checkpoints beside it", { files: changed({ "base_model/a.ckpt": "x", "base_model/b.safetensors": "x" }) }],
    ["directory markers", { files: changed({ "base_model/": "", "base_model/unet/": "" }) }],
    [
      "an empty safety checker that the index leaves out",
      {
        files: {
          ...without("base_model/safety_checker"),
          ...index({ safety_checker: [null, null] }),
          "base_model/safety_checker/": "",
        },
      },
    ],
    [
      "--close_safety without the checker's weights",
      { flags: "--close_safety", files: changed({ "base_model/safety_checker/model.safetensors": undefined }) },
    ],
    [
      "a translation model somewhere below",
      { flags: "--use_translate", files: { ...baseModel(), ...nested(TRANSLATE, "models") } },
    ],
    ["a ControlNet somewhere below", { flags: CONTROLNET, files: { ...baseModel(), ...nested(controlnet, "extra") } }],
    [
      "two LoRA .safetensors, silently unused",
      { files: changed({ "lora_model/a.safetensors": "x", "lora_model/b.safetensors": "x" }) },
    ],
    [
      "two LoRA .bin with Blade",
      { flags: "--use_blade", files: changed({ "lora_model/a.bin": "x", "lora_model/b.bin": "x" }) },
    ],
    ["an inpainting model", { files: changed(unetConfig({ in_channels: 9 })) }],
    ["a read-only mount without anything to write", { readOnly: true }],
  ])("%s", async (_, options) => {
    await expect(run(options).container.ready).resolves.toEqual({ port: 8000 });
  });

  it("converts one checkpoint in place and finds the whole folder next time", async () => {
    const files = { "base_model/sd.safetensors": safetensors(WHOLE) };
    const first = run({ files });
    await first.container.ready;
    expect(first.store.keys("bucket")).toEqual(
      expect.arrayContaining([
        "model/base_model/model_index.json",
        "model/base_model/unet/diffusion_pytorch_model.bin",
      ]),
    );
    const second = run({ files: {}, store: first.store });
    await second.container.ready;
    expect(second.log.some((line) => line.endsWith("The provided base model is ready to load!"))).toBe(true);
  });

  it("converts an SD 2.x checkpoint at each start, because two of the names are not written", async () => {
    const key = "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight";
    const first = run({ files: { "base_model/v2.safetensors": safetensors({ ...WHOLE, [key]: [2, 1024] }) } });
    await first.container.ready;
    const second = run({ files: {}, store: first.store });
    await second.container.ready;
    expect(second.log.some((line) => line.includes("Start converting"))).toBe(true);
  });

  it.each<[string, string[], boolean]>([
    ["SD 1.x", ["cond_stage_model.transformer.text_model.x.weight"], true],
    ["SD 2.x", ["cond_stage_model.model.transformer.x.weight"], false],
  ])("reads the names in a .ckpt: %s", async (_, names, hasSafetyChecker) => {
    const { container, store } = run({ files: { "base_model/model.ckpt": pickled([...BARE, ...names]) } });
    await container.ready;
    expect(store.keys("bucket").includes("model/base_model/safety_checker/pytorch_model.bin")).toBe(hasSafetyChecker);
  });

  it("two converted checkpoints are two models", async () => {
    const picture = async (tensors: Record<string, number[]>) => {
      const { container } = run({ files: { "base_model/m.safetensors": safetensors(tensors) } });
      const body = { task_id: "t", prompt: "a cat", seed: 1, width: 64, height: 64, use_base64: true };
      return (await post(container, body)).body.images_base64;
    };
    const plain = WHOLE;
    expect(await picture(plain)).toEqual(await picture(plain));
    expect(await picture({ ...plain, "model.other.weight": [2] })).not.toEqual(await picture(plain));
  });

  it("a converted LoRA of another kind fails at the next start too", async () => {
    const files = changed({
      "lora_model/a.safetensors": safetensors({ "lora_unet_input_blocks_4_1.lora_up.weight": [2] }),
    });
    const first = run({ files });
    await expect(first.container.ready).rejects.toMatchObject({ exitCode: 1 });
    const second = run({ files: {}, store: first.store });
    await expect(second.container.ready).rejects.toMatchObject({ exitCode: 1 });
    expect(second.log.some((line) => line.endsWith("The provided lora model is ready to load!"))).toBe(true);
  });

  it("a LoRA that was loaded at start colours the pictures", async () => {
    const body = { task_id: "t", prompt: "a cat", seed: 1, width: 64, height: 64, use_base64: true };
    const plain = await post(run().container, body);
    const coloured = await post(
      run({ files: changed({ "lora_model/a.bin": placeholderWeights("LoRA") }) }).container,
      body,
    );
    expect(coloured.body.images_base64).not.toEqual(plain.body.images_base64);
  });

  it("converts a LoRA in place", async () => {
    const { container, store } = run({
      files: changed({ "lora_model/ink.safetensors": safetensors({ lora_unet_down_blocks: [2] }) }),
    });
    await container.ready;
    expect(store.keys("bucket")).toContain("model/lora_model/ink.bin");
  });
});

function nested(files: Files, folder: string): Files {
  return Object.fromEntries(Object.entries(files).map(([path, body]) => [`${folder}/${path}`, body]));
}

/** The older torch format as far as it names tensors: strings in a pickle. */
function pickled(names: readonly string[]): Uint8Array {
  const strings = names.map((name) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(Buffer.byteLength(name));
    return Buffer.concat([Buffer.from("X"), length, Buffer.from(name), Buffer.from("q\x01")]);
  });
  return Buffer.concat([Buffer.from([0x80, 0x02]), ...strings]);
}
