import { describe, expect, test } from "vitest";
import { checkpoint, type Entries, editedJson, moved, sampleWith, tensorFile, toBytes } from "@/lib/models/testing";
import { torchFile } from "@/lib/models/testing-torch";
import { BASE, bothSay, containerSays, type Flags } from "./testing-model-check";

/**
 * Every trap that folders of models are known to hold, laid into every place where it can lie: what the check says of each
 * has to be what the container does with it.
 */

const sample = sampleWith();
const bytesOf = (path: string) => toBytes(sample[path] ?? "");
const ascii = (text: string) => toBytes(text);
const lfs = ascii("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n");
const page = ascii("<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head></html>");

/** A safetensors file, its header written by hand. */
function raw(header: unknown, dataBytes: number): Uint8Array {
  const json = toBytes(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

const fp8 = raw({ a: { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] } }, 2);
const zip = (names: Record<string, number[]>) => torchFile(names);

interface Component {
  folder: string;
  safetensors: string;
  bin: string;
  /** Tensors that are its own, for files of the other format. */
  own: Record<string, number[]>;
}

const diffusers = { safetensors: "diffusion_pytorch_model.safetensors", bin: "diffusion_pytorch_model.bin" };
const transformers = { safetensors: "model.safetensors", bin: "pytorch_model.bin" };
const COMPONENTS: Component[] = [
  { folder: "unet", ...diffusers, own: { "conv_in.weight": [8, 4, 3, 3], "time_embedding.linear_1.weight": [2, 2] } },
  { folder: "vae", ...diffusers, own: { "encoder.conv_in.weight": [8, 3, 3, 3] } },
  { folder: "text_encoder", ...transformers, own: { "text_model.embeddings.position_embedding.weight": [2, 2] } },
  { folder: "safety_checker", ...transformers, own: { concept_embeds_weights: [17] } },
];

const KOHYA = { "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": [4, 768] };

/** What may lie in the place of weights: relative to the component's folder; `undefined` takes the good file away. */
const WEIGHT_TRAPS: [
  name: string,
  make: (component: Component, good: Uint8Array) => Record<string, Uint8Array | undefined>,
][] = [
  ["as they are", () => ({})],
  ["gone", ({ safetensors }) => ({ [safetensors]: undefined })],
  ["empty", ({ safetensors }) => ({ [safetensors]: new Uint8Array() })],
  ["a pointer of Git LFS", ({ safetensors }) => ({ [safetensors]: lfs })],
  ["a web page", ({ safetensors }) => ({ [safetensors]: page })],
  ["an error as JSON", ({ safetensors }) => ({ [safetensors]: ascii('{"error":"Repository not found"}') })],
  ["half of them", ({ safetensors }, good) => ({ [safetensors]: good.subarray(0, good.length / 2) })],
  ["all but one byte", ({ safetensors }, good) => ({ [safetensors]: good.subarray(0, -1) })],
  ["one byte more", ({ safetensors }, good) => ({ [safetensors]: Uint8Array.from([...good, 0]) })],
  ["zeros", ({ safetensors }) => ({ [safetensors]: new Uint8Array(4096) })],
  ["without a tensor", ({ safetensors }) => ({ [safetensors]: raw({ __metadata__: { format: "pt" } }, 0) })],
  ["fp8", ({ safetensors }) => ({ [safetensors]: fp8 })],
  ["a pickle called .safetensors", ({ safetensors, own }) => ({ [safetensors]: zip(own) })],
  ["a LoRA", ({ safetensors }) => ({ [safetensors]: tensorFile(KOHYA) })],
  ["a whole checkpoint", ({ safetensors }) => ({ [safetensors]: checkpoint("sd15") })],
  ["another component's", ({ folder, safetensors }) => ({ [safetensors]: bytesOf(otherWeights(folder)) })],
  ["as .bin", ({ safetensors, bin, own }) => ({ [safetensors]: undefined, [bin]: zip(own) })],
  [
    "as .bin of the older format",
    ({ safetensors, bin, own }) => ({ [safetensors]: undefined, [bin]: torchFile(own, { legacy: true }) }),
  ],
  ["half a .bin", ({ safetensors, bin, own }) => ({ [safetensors]: undefined, [bin]: zip(own).subarray(0, 300) })],
  ["an empty .bin", ({ safetensors, bin }) => ({ [safetensors]: undefined, [bin]: new Uint8Array() })],
  ["a web page as .bin", ({ safetensors, bin }) => ({ [safetensors]: undefined, [bin]: page })],
  ["zeros as .bin", ({ safetensors, bin }) => ({ [safetensors]: undefined, [bin]: new Uint8Array(4096) })],
  ["in both formats", ({ bin, own }) => ({ [bin]: zip(own) })],
  ["in both formats, the .bin a pointer", ({ bin }) => ({ [bin]: lfs })],
  [
    "in both formats, the .safetensors a pointer",
    ({ safetensors, bin, own }) => ({ [safetensors]: lfs, [bin]: zip(own) }),
  ],
  [
    "an fp16 variant only",
    ({ safetensors }, good) => ({ [safetensors]: undefined, [withInfix(safetensors, "fp16")]: good }),
  ],
  ["beside an fp16 variant", ({ safetensors }, good) => ({ [withInfix(safetensors, "fp16")]: good })],
  [
    "a non_ema variant only",
    ({ safetensors }, good) => ({ [safetensors]: undefined, [withInfix(safetensors, "non_ema")]: good }),
  ],
  ["for Flax only", ({ safetensors }) => ({ [safetensors]: undefined, "diffusion_flax_model.msgpack": ascii("x") })],
  ["for ONNX only", ({ safetensors }) => ({ [safetensors]: undefined, "model.onnx": ascii("x") })],
  ["in capitals", ({ safetensors }, good) => ({ [safetensors]: undefined, [safetensors.toUpperCase()]: good })],
  ["a companion of macOS only", ({ safetensors }, good) => ({ [safetensors]: undefined, [`._${safetensors}`]: good })],
  ["beside a companion of macOS", ({ safetensors }) => ({ [`._${safetensors}`]: ascii("x") })],
  [
    "in parts",
    ({ safetensors }, good) => ({
      [safetensors]: undefined,
      [`${safetensors}.index.json`]: ascii('{"weight_map":{"a":"part-1.safetensors","b":"part-2.safetensors"}}'),
      "part-1.safetensors": good,
      "part-2.safetensors": good,
    }),
  ],
  [
    "in parts of which one is missing",
    ({ safetensors }, good) => ({
      [safetensors]: undefined,
      [`${safetensors}.index.json`]: ascii('{"weight_map":{"a":"part-1.safetensors","b":"part-2.safetensors"}}'),
      "part-1.safetensors": good,
    }),
  ],
  [
    "in parts of which one is a pointer",
    ({ safetensors }, good) => ({
      [safetensors]: undefined,
      [`${safetensors}.index.json`]: ascii('{"weight_map":{"a":"part-1.safetensors","b":"part-2.safetensors"}}'),
      "part-1.safetensors": good,
      "part-2.safetensors": lfs,
    }),
  ],
];

const withInfix = (name: string, infix: string) => name.replace(/\.(\w+)$/, `.${infix}.$1`);
const otherWeights = (folder: string) =>
  folder === "vae"
    ? "base_model/unet/diffusion_pytorch_model.safetensors"
    : "base_model/vae/diffusion_pytorch_model.safetensors";

const CONFIGS = [
  "model_index.json",
  "unet/config.json",
  "vae/config.json",
  "text_encoder/config.json",
  "safety_checker/config.json",
  "scheduler/scheduler_config.json",
  "feature_extractor/preprocessor_config.json",
  "tokenizer/vocab.json",
];

const CONFIG_TRAPS: [name: string, make: (good: Uint8Array) => Uint8Array | undefined][] = [
  ["gone", () => undefined],
  ["empty", () => new Uint8Array()],
  ["a web page", () => page],
  ["a pointer of Git LFS", () => lfs],
  ["cut short", (good) => good.subarray(0, good.length - 3)],
  ["with a byte order mark", (good) => Uint8Array.from([0xef, 0xbb, 0xbf, ...good])],
  ["in UTF-16", (good) => Uint8Array.from([0xff, 0xfe, ...[...good].flatMap((byte) => [byte, 0])])],
  ["a list", () => ascii("[1, 2]")],
];

const FOLDERS = ["feature_extractor", "safety_checker", "scheduler", "text_encoder", "tokenizer", "unet", "vae"];
const FOLDER_TRAPS: [name: string, rename: (folder: string) => string][] = [
  ["in capitals", (folder) => folder.toUpperCase()],
  ["with a space behind", (folder) => `${folder} `],
  ["with hyphens", (folder) => `${folder.replaceAll("_", "-")}-1`],
  ["one deeper", (folder) => `${folder}/${folder}`],
];

const SDXL = {
  "model.diffusion_model.input_blocks.0.0.weight": [1, 4, 1, 1],
  "conditioner.embedders.1.model.x": [1],
  "first_stage_model.x": [1],
};
const part = (names: Record<string, number[]>) => [tensorFile(names), torchFile(names)] as const;
/** Single files that are put into `base_model/`, as .safetensors and as .ckpt. */
const SINGLE: [name: string, safetensors: Uint8Array, ckpt: Uint8Array][] = [
  ["SD 1.5", checkpoint("sd15"), torchFile({ ...whole(768, "cond_stage_model.transformer.text_model.x") })],
  ["SD 2", checkpoint("sd2"), torchFile({ ...whole(1024, "cond_stage_model.model.transformer.x") })],
  ["an inpainting model", checkpoint("sd15", 9), torchFile(whole(768, "cond_stage_model.transformer.x", 9))],
  ["SDXL", ...part(SDXL)],
  ["SD 3", ...part({ "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": [1] })],
  ["Flux", ...part({ "double_blocks.0.img_attn.qkv.weight": [1], "single_blocks.0.linear1.weight": [1] })],
  ["a LoRA", ...part(KOHYA)],
  ["a LoHa", ...part({ "lora_unet_x.hada_w1_a": [1] })],
  ["a VAE", ...part({ "encoder.conv_in.weight": [8, 3, 3, 3], "decoder.conv_in.weight": [8, 4, 3, 3] })],
  ["a bare UNet", ...part({ "conv_in.weight": [8, 4, 3, 3], "down_blocks.0.resnets.0.norm1.weight": [1] })],
  ["a ControlNet", ...part({ "controlnet_cond_embedding.conv_in.weight": [1], "conv_in.weight": [8, 4, 3, 3] })],
  ["an embedding", tensorFile({ emb_params: [4, 768] }), torchFile({ "string_to_param.x": [4, 768] })],
  ["an upscaler", ...part({ "model.0.weight": [1], "model.1.sub.0.RDB1.conv1.0.weight": [1] })],
  ["a text encoder", ...part({ "text_model.embeddings.token_embedding.weight": [4, 768] })],
  ["a model without its VAE", ...part(without("first_stage_model."))],
  ["a model without its text encoder", ...part(without("cond_stage_model."))],
  [
    "a model with a ControlNet in it",
    ...part({ ...whole(768, "cond_stage_model.transformer.x"), "control_model.input_hint_block.0.weight": [1] }),
  ],
  ["names that nobody knows", ...part({ "layers.0.weight": [1], "head.weight": [1] })],
];

function whole(width: number, text: string, channels = 4): Record<string, number[]> {
  return {
    "model.diffusion_model.input_blocks.0.0.weight": [2, channels, 3, 3],
    "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight": [2, width],
    "first_stage_model.decoder.conv_in.weight": [2, 4, 3, 3],
    [text]: [2],
  };
}

function without(prefix: string): Record<string, number[]> {
  const names = whole(768, "cond_stage_model.transformer.text_model.x");
  return Object.fromEntries(Object.entries(names).filter(([name]) => !name.startsWith(prefix)));
}

const LORA = tensorFile(KOHYA);
const LORA_BIN = torchFile({
  "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight": [4, 320],
});
const controlnet = (width: number | undefined, weights: number): Entries => ({
  "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: width }),
  "controlnet/diffusion_pytorch_model.safetensors": tensorFile({
    "controlnet_cond_embedding.conv_in.weight": [1],
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [2, weights],
  }),
});
const optimized = (...names: string[]): Entries =>
  Object.fromEntries(names.map((name) => [`optimized_model/${name}.pt`, torchFile({ x: [1] })]));

const REST: [name: string, files: Entries, flags?: Partial<Flags>][] = [
  ["LoRA and a folder called like one", { "lora_model/a.bin": LORA_BIN, "lora_model/b.bin/x": "1" }],
  ["a folder called like a LoRA", { "lora_model/a.bin/x": "1" }],
  ["a LoRA one folder down", { "lora_model/more/a.bin": LORA_BIN, "lora_model/more/b.bin": LORA_BIN }],
  ["a LoRA with a companion of macOS", { "lora_model/a.safetensors": LORA, "lora_model/._a.safetensors": "x" }],
  ["a LoRA .bin with a companion of macOS", { "lora_model/a.bin": LORA_BIN, "lora_model/._a.bin": "x" }],
  ["a LoRA in capitals", { "lora_model/A.BIN": "x", "lora_model/B.SAFETENSORS": "y" }],
  ["an empty LoRA", { "lora_model/a.safetensors": "" }],
  ["a pointer as LoRA", { "lora_model/a.safetensors": lfs }],
  ["a pointer as LoRA, with Blade", { "lora_model/a.safetensors": lfs }, { blade: true }],
  [
    "two LoRAs in each format",
    { "lora_model/a.bin": LORA_BIN, "lora_model/b.bin": LORA_BIN, "lora_model/c.safetensors": LORA },
  ],
  ["LoRAs under nearly the right name", { "Lora_Model/a.bin": "x", "lora-model/b.bin": "y" }],
  ["optimised, complete", optimized("encoder", "unet", "decoder"), { blade: true }],
  [
    "optimised, with the ControlNet missing",
    { ...controlnet(768, 768), ...optimized("encoder", "unet", "decoder") },
    { blade: true, func: "controlnet" },
  ],
  [
    "optimised, empty files",
    { "optimized_model/encoder.pt": "", "optimized_model/unet.pt": "", "optimized_model/decoder.pt": "" },
    { blade: true },
  ],
  ["optimised, without Blade", optimized("unet")],
  ["ControlNet of its width", controlnet(768, 768), { func: "controlnet" }],
  ["ControlNet of SD 2, whole in itself", controlnet(1024, 1024), { func: "controlnet" }],
  ["ControlNet whose config is of another width", controlnet(1024, 768), { func: "controlnet" }],
  ["ControlNet whose config says no width", controlnet(undefined, 768), { func: "controlnet" }],
  [
    "ControlNet with a list as config",
    { ...controlnet(768, 768), "controlnet/config.json": "[]" },
    { func: "controlnet" },
  ],
  [
    "ControlNet with half its weights",
    {
      ...controlnet(768, 768),
      "controlnet/diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.x": [9] }).subarray(
        0,
        -3,
      ),
    },
    { func: "controlnet" },
  ],
  ["ControlNet beside a base service", { "controlnet/config.json": "no json" }],
  [
    "ControlNet in new_controlnet only",
    moved(controlnet(768, 768), (path) => path.replace("controlnet/", "new_controlnet/canny/")),
    { func: "controlnet" },
  ],
  [
    "translation with a page as configuration",
    { "translate/configuration.json": page, "translate/tf_ckpts/c.index": "x" },
    { translate: true },
  ],
  [
    "translation one deeper",
    { "translate/damo/configuration.json": "{}", "translate/damo/tf_ckpts/c.index": "x" },
    { translate: true },
  ],
  ["names in every script", { "lora/風格 ✨.safetensors": LORA, "lora/näïve​.safetensors": LORA, "翻译/x.txt": "1" }],
  ["half an optimised model, without Blade", optimized("encoder", "unet")],
  ["half an optimised model", optimized("encoder", "unet"), { blade: true }],
  [
    "thousands of files",
    Object.fromEntries(Array.from({ length: 4000 }, (_, at) => [`lora/${at % 40}/style-${at}.safetensors`, "x"])),
  ],
];

const TRAPS: [name: string, files: Entries, flags?: Partial<Flags>][] = [
  ...COMPONENTS.flatMap((component) =>
    WEIGHT_TRAPS.map(([name, make]): [string, Entries] => {
      const at = `base_model/${component.folder}/`;
      const changes = Object.entries(make(component, bytesOf(at + component.safetensors)));
      return [
        `weights of ${component.folder}: ${name}`,
        sampleWith(Object.fromEntries(changes.map(([path, bytes]) => [at + path, bytes]))),
      ];
    }),
  ),
  ...CONFIGS.flatMap((path) =>
    CONFIG_TRAPS.map(([name, make]): [string, Entries] => [
      `${path}: ${name}`,
      sampleWith({ [`base_model/${path}`]: make(bytesOf(`base_model/${path}`)) }),
    ]),
  ),
  ...FOLDERS.flatMap((folder) =>
    FOLDER_TRAPS.map(([name, rename]): [string, Entries] => [
      `${folder}: ${name}`,
      moved(sample, (path) => path.replace(`/${folder}/`, `/${rename(folder)}/`)),
    ]),
  ),
  ...SINGLE.flatMap(([name, safetensors, ckpt]): [string, Entries][] => [
    [`${name} as the only .safetensors`, { "base_model/m.safetensors": safetensors }],
    [`${name} as the only .ckpt`, { "base_model/m.ckpt": ckpt }],
  ]),
  [
    "v-prediction",
    sampleWith({
      "base_model/scheduler/scheduler_config.json": editedJson("base_model/scheduler/scheduler_config.json", {
        prediction_type: "v_prediction",
      }),
    }),
  ],
  ...REST.map(([name, files, flags]): [string, Entries, Partial<Flags>?] => [name, { ...sample, ...files }, flags]),
];

describe("the check and the container agree about", () => {
  test.each(TRAPS)("%s", async (_name, files, flags = {}) => {
    const { check, container, why } = await bothSay(files, { ...BASE, ...flags });
    expect(check ? "starts" : "does not start", why).toBe(container ? "starts" : "does not start");
  });

  test("more than three hundred folders, many of each answer", async () => {
    expect(TRAPS.length).toBeGreaterThan(300);
    const answers = await Promise.all(
      TRAPS.map(([, files, flags = {}]) => containerSays(files, { ...BASE, ...flags })),
    );
    expect(answers.filter((answer) => answer === undefined).length).toBeGreaterThan(60);
    expect(answers.filter((answer) => answer !== undefined).length).toBeGreaterThan(120);
  });
});
