import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkpoint, type Entries, editedJson, moved, sampleWith, tensorFile, toBytes } from "@/lib/models/testing";
import { torchFile } from "@/lib/models/testing-torch";
import { BASE, bothSay, containerSays, type Flags } from "./testing-model-check";

/**
 * Two readings of the same reference that share no code: the check before the upload, and the imitation of the container.
 * The same folder with the same flags has to start in both or in neither.
 */

const unet = "base_model/unet/diffusion_pytorch_model.safetensors";
const vae = "base_model/vae/diffusion_pytorch_model.safetensors";
const text = "base_model/text_encoder/model.safetensors";
const safety = "base_model/safety_checker/model.safetensors";
const index = "base_model/model_index.json";
const bytesOf = (path: string) => toBytes(sampleWith()[path] ?? "");
const without = (...paths: string[]) => sampleWith(Object.fromEntries(paths.map((path) => [path, undefined])));
const indexed = (change: Record<string, unknown>) => sampleWith({ [index]: editedJson(index, change) });
const unetConfig = (change: Record<string, unknown>) =>
  sampleWith({ "base_model/unet/config.json": editedJson("base_model/unet/config.json", change) });
const shards = JSON.stringify({ weight_map: { a: "model-1.safetensors", b: "model-2.safetensors" } });
const LORA = { "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight": [4, 320] };
const KOHYA = { "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": [4, 768] };
const bin = torchFile({ "conv_in.weight": [8, 4, 3, 3] });
const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n";
const controlnet: Entries = {
  "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
  "controlnet/diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.conv_in.weight": [1] }),
};
const translate: Entries = {
  "translate/configuration.json": JSON.stringify({ preprocessor: { src_lang: "zh", tgt_lang: "en" } }),
  "translate/tf_ckpts/ckpt-0.index": "index",
  "translate/tf_ckpts/ckpt-0.data-00000-of-00001": "data",
};
const deeper = (files: Entries, folder: string) => moved(files, (path) => `${folder}/${path}`);

const FOLDERS: [name: string, files: Entries, flags?: Partial<Flags>][] = [
  ["the sample", sampleWith()],
  [
    "the sample with every flag of base",
    { ...sampleWith(), ...translate },
    { blade: true, translate: true, closeSafety: true },
  ],
  ["nothing but a text", { "readme.txt": "x" }],
  ["a folder too deep", deeper(sampleWith(), "my-model")],
  ["Base_Model", moved(sampleWith(), (path) => path.replace("base_model", "Base_Model"))],
  ["base-model", moved(sampleWith(), (path) => path.replace("base_model", "base-model"))],
  ["base_model as a file", { base_model: "x" }],
  ["an empty base_model", { "base_model/": "" }],
  ...[
    "feature_extractor/",
    "model_index.json",
    "safety_checker/",
    "scheduler/",
    "text_encoder/",
    "tokenizer/",
    "unet/",
    "vae/",
  ].flatMap((name): [string, Entries, Partial<Flags>?][] => [
    [`without ${name}`, without(`base_model/${name}`)],
    [
      `without ${name}, beside one checkpoint`,
      { ...without(`base_model/${name}`), "base_model/m.safetensors": checkpoint("sd15") },
    ],
    [`without ${name}, with --close_safety`, without(`base_model/${name}`), { closeSafety: true }],
  ]),
  ["UNet in capitals", moved(sampleWith(), (path) => path.replace("/unet/", "/UNet/"))],
  [
    "an empty folder for a checker that is switched off",
    {
      ...without("base_model/safety_checker/"),
      [index]: editedJson(index, { safety_checker: [null, null] }),
      "base_model/safety_checker/": "",
    },
  ],
  [
    "an empty folder for a checker that is not",
    { ...without("base_model/safety_checker/"), "base_model/safety_checker/": "" },
  ],
  [
    "the same with --close_safety",
    { ...without("base_model/safety_checker/"), "base_model/safety_checker/": "" },
    { closeSafety: true },
  ],
  [
    "a placeholder for the feature extractor",
    {
      ...without("base_model/feature_extractor/"),
      "base_model/feature_extractor/placeholder.txt": "x",
    },
  ],
  [
    "two checkpoints beside the whole folder",
    { ...sampleWith(), "base_model/a.ckpt": "x", "base_model/b.safetensors": "y" },
  ],
  ["two checkpoints", { "base_model/a.ckpt": "x", "base_model/b.safetensors": "y" }],
  ["a companion of macOS", { "base_model/m.safetensors": checkpoint("sd15"), "base_model/._m.safetensors": "x" }],
  ["a folder called like a checkpoint", { "base_model/m.safetensors": checkpoint("sd15"), "base_model/x.ckpt/y": "1" }],
  ["a checkpoint in capitals", { "base_model/m.SAFETENSORS": checkpoint("sd15") }],
  ["a checkpoint one folder down", { "base_model/x/m.safetensors": checkpoint("sd15") }],
  ["an SD 1 checkpoint", { "base_model/m.safetensors": checkpoint("sd15") }],
  ["an SD 2 checkpoint", { "base_model/m.safetensors": checkpoint("sd2") }],
  ["an inpainting checkpoint", { "base_model/m.safetensors": checkpoint("sd15", 9) }],
  [
    "an SDXL checkpoint",
    {
      "base_model/m.safetensors": tensorFile({
        "model.diffusion_model.input_blocks.0.0.weight": [1, 4, 1, 1],
        "conditioner.embedders.1.model.x": [1],
        "first_stage_model.x": [1],
      }),
    },
  ],
  ["a LoRA as the base model", { "base_model/m.safetensors": tensorFile(KOHYA) }],
  ["a VAE as the base model", { "base_model/m.safetensors": bytesOf(vae) }],
  ["a UNet as the base model", { "base_model/m.safetensors": bytesOf(unet) }],
  ["an empty checkpoint", { "base_model/m.ckpt": "" }],
  ["a page as checkpoint", { "base_model/m.ckpt": "<!doctype html><title>403</title>" }],
  ["a pointer as checkpoint", { "base_model/m.safetensors": lfs }],
  ["half a checkpoint", { "base_model/m.safetensors": checkpoint("sd15").subarray(0, -4) }],
  ["a checkpoint and a byte", { "base_model/m.safetensors": Uint8Array.from([...checkpoint("sd15"), 0]) }],
  ["model_index.json cut", sampleWith({ [index]: '{"_class_name":' })],
  ["model_index.json as a list", sampleWith({ [index]: "[]" })],
  ["model_index.json empty", sampleWith({ [index]: "" })],
  ["a page as model_index.json", sampleWith({ [index]: "<html></html>" })],
  ...["unet", "vae", "text_encoder", "tokenizer", "scheduler", "safety_checker", "feature_extractor"].flatMap(
    (name): [string, Entries][] => [
      [`${name} not in the index`, indexed({ [name]: undefined })],
      [`${name} as [null, null]`, indexed({ [name]: [null, null] })],
      [`${name} of a library that nobody has`, indexed({ [name]: ["nobodys_library", "Thing"] })],
    ],
  ),
  ["a scheduler that came later", indexed({ scheduler: ["diffusers", "FlowMatchEulerDiscreteScheduler"] })],
  ["a text encoder that came later", indexed({ text_encoder: ["transformers", "Qwen2Model"] })],
  ["an image encoder that is not loaded", indexed({ image_encoder: [null, null] })],
  ["another pipeline's name over the same parts", indexed({ _class_name: "StableDiffusionXLPipeline" })],
  ["SDXL's UNet", unetConfig({ addition_embed_type: "text_time", cross_attention_dim: 2048 })],
  ["an inpainting UNet", { ...unetConfig({ in_channels: 9 }), [unet]: tensorFile({ "conv_in.weight": [8, 9, 3, 3] }) }],
  [
    "a checker of a later release with --close_safety",
    indexed({ safety_checker: ["nobodys_library", "X"] }),
    { closeSafety: true },
  ],
  ["unet without weights", without(unet)],
  ["vae without weights", without(vae)],
  ["text encoder without weights", without(text)],
  ["checker without weights", without(safety)],
  ["checker without weights and --close_safety", without(safety), { closeSafety: true }],
  ["unet without config", without("base_model/unet/config.json")],
  ["unet's config with a missing brace", sampleWith({ "base_model/unet/config.json": '{"in_channels": 4' })],
  ["tokenizer without merges", without("base_model/tokenizer/merges.txt")],
  ["tokenizer without vocabulary", without("base_model/tokenizer/vocab.json")],
  [
    "a tokenizer of BERT",
    {
      ...without("base_model/tokenizer/merges.txt"),
      [index]: editedJson(index, { tokenizer: ["transformers", "BertTokenizer"] }),
    },
  ],
  [
    "scheduler without config",
    { ...without("base_model/scheduler/scheduler_config.json"), "base_model/scheduler/x": "1" },
  ],
  [
    "extractor without config",
    { ...without("base_model/feature_extractor/"), "base_model/feature_extractor/x.json": "{}" },
  ],
  [
    "fp16 variants only",
    sampleWith({ [unet]: undefined, [unet.replace(".safetensors", ".fp16.safetensors")]: bytesOf(unet) }),
  ],
  ["weights as .bin", sampleWith({ [unet]: undefined, "base_model/unet/diffusion_pytorch_model.bin": bin })],
  [
    "weights as older .bin",
    sampleWith({
      [vae]: undefined,
      "base_model/vae/diffusion_pytorch_model.bin": torchFile(
        { "encoder.conv_in.weight": [8, 3, 3, 3] },
        { legacy: true },
      ),
    }),
  ],
  ["both, the safetensors damaged", sampleWith({ [unet]: "x", "base_model/unet/diffusion_pytorch_model.bin": bin })],
  [
    "safetensors called .bin",
    sampleWith({ [unet]: undefined, "base_model/unet/diffusion_pytorch_model.bin": bytesOf(unet) }),
  ],
  ["a pickle called .safetensors", sampleWith({ [unet]: bin })],
  ["empty weights", sampleWith({ [unet]: "" })],
  ["a pointer as weights", sampleWith({ [unet]: lfs })],
  ["a pointer as config", sampleWith({ "base_model/vae/config.json": lfs })],
  ["half the weights", sampleWith({ [text]: bytesOf(text).subarray(0, 4000) })],
  ["fp8", sampleWith({ [unet]: fp8() })],
  ["a sharded unet", sampleWith({ [unet]: undefined, [`${unet}.index.json`]: shards })],
  [
    "a sharded text encoder",
    sampleWith({
      [text]: undefined,
      [`${text}.index.json`]: shards,
      "base_model/text_encoder/model-1.safetensors": bytesOf(text),
      "base_model/text_encoder/model-2.safetensors": bytesOf(text),
    }),
  ],
  [
    "one of its parts missing",
    sampleWith({
      [text]: undefined,
      [`${text}.index.json`]: shards,
      "base_model/text_encoder/model-1.safetensors": bytesOf(text),
    }),
  ],
  [
    "an index without parts before a whole .bin",
    sampleWith({
      [text]: undefined,
      [`${text}.index.json`]: shards,
      "base_model/text_encoder/pytorch_model.bin": torchFile({
        "text_model.embeddings.token_embedding.weight": [4, 768],
      }),
    }),
  ],
  ["controlnet without the folder", sampleWith(), { func: "controlnet" }],
  ["controlnet", { ...sampleWith(), ...controlnet }, { func: "controlnet" }],
  ["controlnet somewhere below", { ...sampleWith(), ...deeper(controlnet, "more/parts") }, { func: "controlnet" }],
  ["controlnet in a hidden folder", { ...sampleWith(), ...deeper(controlnet, ".parts") }, { func: "controlnet" }],
  [
    "Controlnet",
    { ...sampleWith(), ...moved(controlnet, (path) => path.replace("controlnet", "Controlnet")) },
    { func: "controlnet" },
  ],
  ["controlnet as a file", { ...sampleWith(), controlnet: "x", ...deeper(controlnet, "more") }, { func: "controlnet" }],
  [
    "controlnet in its first format",
    { ...sampleWith(), "controlnet/control_sd15_canny.pth": bin },
    { func: "controlnet" },
  ],
  ["controlnet without weights", { ...sampleWith(), "controlnet/config.json": "{}" }, { func: "controlnet" }],
  [
    "controlnet of another width",
    {
      ...sampleWith(),
      ...controlnet,
      "controlnet/config.json": JSON.stringify({ cross_attention_dim: 1024 }),
    },
    { func: "controlnet" },
  ],
  ["translation without the folder", sampleWith(), { translate: true }],
  ["translation", { ...sampleWith(), ...translate }, { translate: true }],
  ["translation below", { ...sampleWith(), ...deeper(translate, "x") }, { translate: true }],
  [
    "Translate",
    { ...sampleWith(), ...moved(translate, (path) => path.replace("translate", "Translate")) },
    { translate: true },
  ],
  [
    "translation without configuration",
    { ...sampleWith(), "translate/tf_ckpts/ckpt-0.index": "x" },
    { translate: true },
  ],
  ["translation without weights", { ...sampleWith(), "translate/configuration.json": "{}" }, { translate: true }],
  [
    "translation with empty weights",
    {
      ...sampleWith(),
      "translate/configuration.json": "{}",
      "translate/tf_ckpts/ckpt-0.index": "",
    },
    { translate: true },
  ],
  [
    "translation with a cut configuration",
    { ...sampleWith(), ...translate, "translate/configuration.json": "{" },
    { translate: true },
  ],
  ["one LoRA", { ...sampleWith(), "lora_model/a.safetensors": tensorFile(KOHYA) }],
  ["one LoRA as .bin", { ...sampleWith(), "lora_model/a.bin": torchFile(LORA) }],
  ["two LoRAs as .bin", { ...sampleWith(), "lora_model/a.bin": bin, "lora_model/b.bin": bin }],
  [
    "two LoRAs as .bin with Blade",
    { ...sampleWith(), "lora_model/a.bin": bin, "lora_model/b.bin": bin },
    { blade: true },
  ],
  ["two LoRAs as .safetensors", { ...sampleWith(), "lora_model/a.safetensors": "x", "lora_model/b.safetensors": "y" }],
  [
    "a .bin beside two .safetensors",
    {
      ...sampleWith(),
      "lora_model/a.bin": torchFile(LORA),
      "lora_model/a.safetensors": "x",
      "lora_model/b.safetensors": "y",
    },
  ],
  [
    "LyCORIS at the start",
    { ...sampleWith(), "lora_model/a.safetensors": tensorFile({ "lora_unet_x.hada_w1_a": [1] }) },
  ],
  [
    "an SDXL LoRA at the start",
    {
      ...sampleWith(),
      "lora_model/a.safetensors": tensorFile({
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight": [1, 2048],
      }),
    },
  ],
  ["a broken LoRA at the start", { ...sampleWith(), "lora_model/a.safetensors": "x" }],
  ["a broken LoRA for requests", { ...sampleWith(), "lora/a.safetensors": "x" }],
  ["half of optimized_model", { ...sampleWith(), "optimized_model/unet.pt": "x" }, { blade: true }],
  ["SD 2 with Blade", { "base_model/m.safetensors": checkpoint("sd2") }, { blade: true }],
];

function fp8(): Uint8Array {
  const json = toBytes(JSON.stringify({ a: { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] } }));
  const bytes = new Uint8Array(8 + json.length + 2);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

describe("the check and the container agree", () => {
  test.each(FOLDERS)("%s", async (_name, files, flags = {}) => {
    const { check, container, why } = await bothSay(files, { ...BASE, ...flags });
    expect(check ? "starts" : "does not start", why).toBe(container ? "starts" : "does not start");
  });

  test("on both answers, more than a hundred times", async () => {
    const answers = await Promise.all(
      FOLDERS.map(([, files, flags = {}]) => containerSays(files, { ...BASE, ...flags })),
    );
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.filter((answer) => answer === undefined).length).toBeGreaterThan(25);
    expect(answers.filter((answer) => answer !== undefined).length).toBeGreaterThan(25);
  });
});

/** One change of a folder. */
const change: fc.Arbitrary<(files: Entries) => Entries> = fc.oneof(
  fc.constantFrom(...Object.keys(sampleWith())).map((path) => drop((other) => other === path)),
  fc
    .constantFrom("unet", "vae", "text_encoder", "tokenizer", "scheduler", "safety_checker", "feature_extractor")
    .map((name) => drop((path) => path.startsWith(`base_model/${name}/`))),
  // What is in a tokenizer's files the imitation does not read.
  fc
    .constantFrom(...Object.keys(sampleWith()).filter((path) => !path.includes("/tokenizer/")))
    .map((path) => put(path, "")),
  fc
    .tuple(
      fc.constantFrom("unet", "vae", "text_encoder", "scheduler", "safety_checker", "feature_extractor"),
      fc.constantFrom<unknown>([null, null], undefined, ["nobodys_library", "Thing"]),
    )
    .map(([name, entry]) => put(index, editedJson(index, { [name]: entry }))),
  fc
    .constantFrom("base_model/a.safetensors", "base_model/b.safetensors", "base_model/x/c.safetensors")
    .map((path) => put(path, checkpoint("sd15"))),
  fc
    .constantFrom(
      controlnet,
      translate,
      { "lora_model/a.bin": torchFile(LORA) },
      { "lora_model/b.bin": torchFile(LORA) },
    )
    .map((more) => (files: Entries) => ({ ...files, ...more })),
  fc
    .constantFrom("controlnet", "translate", "base_model")
    .map((name) => (files: Entries) => moved(files, (path) => (path.startsWith(`${name}/`) ? `parts/${path}` : path))),
);

function drop(isGone: (path: string) => boolean): (files: Entries) => Entries {
  return (files) => Object.fromEntries(Object.entries(files).filter(([path]) => !isGone(path)));
}

function put(path: string, content: string | Uint8Array): (files: Entries) => Entries {
  return (files) => ({ ...files, [path]: content });
}

const anyFlags: fc.Arbitrary<Flags> = fc.record({
  func: fc.constantFrom("base", "controlnet"),
  blade: fc.boolean(),
  translate: fc.boolean(),
  closeSafety: fc.boolean(),
});

test("they agree on folders that nobody thought of", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), anyFlags, async (changes, flags) => {
      const files = changes.reduce((before, next) => next(before), sampleWith());
      const { check, container, why } = await bothSay(files, flags);
      expect(check ? "starts" : "does not start", why).toBe(container ? "starts" : "does not start");
    }),
    { numRuns: 60 },
  );
});
