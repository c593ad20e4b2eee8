import type { CheckOptions } from "./check";
import type { FindingCode } from "./findings";
import {
  checkpoint,
  type Entries,
  editedJson,
  filesOf,
  moved,
  pickleFile,
  sampleWith,
  sparseFile,
  tensorFile,
  toBytes,
} from "./testing";
import { statePickle, torchFile, zipFile } from "./testing-torch";
import type { Finding, ModelFile } from "./types";

/** Folders, each with a finding that it must lead to: for the rules by themselves, and for a browser that is given them. */

export const bytesOf = (path: string) => toBytes(sampleWith()[path] ?? "");
export const unet = "base_model/unet/diffusion_pytorch_model.safetensors";
export const text = "base_model/text_encoder/model.safetensors";
export const index = "base_model/model_index.json";
export const without = (...paths: string[]) => sampleWith(Object.fromEntries(paths.map((path) => [path, undefined])));
export const one = (bytes: Uint8Array) => ({ "base_model/model.safetensors": bytes });
export const controlnet = (width: number, changes: Entries = {}): Entries => ({
  "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: width }),
  "controlnet/diffusion_pytorch_model.bin": pickleFile(["controlnet_down_blocks.0.weight"]),
  ...changes,
});
export const translate = (sourceLanguage: string): Entries => ({
  "translate/configuration.json": JSON.stringify({ preprocessor: { src_lang: sourceLanguage, tgt_lang: "x" } }),
  "translate/tf_ckpts/ckpt-0.index": "index",
  "translate/tf_ckpts/ckpt-0.data-00000-of-00001": "data",
});
/** Header and data of a safetensors file, written by hand. */
const rawTensors = (header: unknown, dataBytes: number): Uint8Array => {
  const json = toBytes(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
};
const rawText = (json: string, dataBytes: number): Uint8Array => {
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(toBytes(json), 8);
  return bytes;
};
const indexWith = (change: Record<string, unknown>) => sampleWith({ [index]: editedJson(index, change) });
export const shardIndex = JSON.stringify({ weight_map: { a: "model-1.safetensors", b: "model-2.safetensors" } });
const oneCkpt = (bytes: Uint8Array) => ({ "base_model/model.ckpt": bytes });
const optimized = (content: string): Entries =>
  Object.fromEntries(["encoder", "unet", "decoder"].map((name) => [`optimized_model/${name}.pt`, content]));
/** As they lie in a bucket, each with its time. */
export const written = (files: Entries, at: (path: string) => number): ModelFile[] =>
  filesOf(files).map((file) => ({ ...file, modifiedAt: at(file.path) }));
/** The tensors that decide. */
const SD15 = {
  "model.diffusion_model.input_blocks.0.0.weight": [2, 4, 3, 3],
  "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight": [2, 768],
  "first_stage_model.decoder.conv_in.weight": [2, 4, 3, 3],
  "cond_stage_model.transformer.text_model.x": [2],
};
const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n";

const NULLED = JSON.stringify({ ...JSON.parse(editedJson(index, { safety_checker: [null, null] })) });
/** A folder of another architecture, as it is downloaded: no unet, no safety checker. */
const foreign = (className: string): Entries => ({
  [index]: JSON.stringify({ _class_name: className, transformer: ["diffusers", "Transformer2DModel"] }),
  "base_model/transformer/config.json": "{}",
  "base_model/transformer/diffusion_pytorch_model.safetensors": tensorFile({ "x.weight": [1] }),
  "base_model/scheduler/scheduler_config.json": "{}",
  "base_model/vae/config.json": "{}",
});
const sdxlUnet = editedJson("base_model/unet/config.json", {
  addition_embed_type: "text_time",
  cross_attention_dim: 2048,
});

export interface Case {
  code: FindingCode;
  name: string;
  files: Entries | ModelFile[];
  options?: Partial<CheckOptions>;
  path?: string;
  params?: Finding["params"];
}

export const CASES: Case[] = [
  { code: "no_files", name: "nothing dropped", files: {} },
  { code: "no_files", name: "an empty folder dropped", files: { "my-model/": "" } },
  { code: "no_files", name: "only junk dropped", files: { ".DS_Store": "x" } },
  { code: "bad_path", name: "a path that climbs", files: { ...sampleWith(), "../x.json": "{}" }, path: "../x.json" },
  { code: "same_name", name: "composed and decomposed é", files: { ...sampleWith(), "a\u00e9": "1", "ae\u0301": "2" } },
  {
    code: "several_models",
    name: "two diffusers folders",
    files: {
      ...moved(sampleWith(), (path) => path.replace("base_model", "a")),
      ...moved(sampleWith(), (path) => path.replace("base_model", "b")),
    },
    params: { folders: "a, b" },
  },
  {
    code: "unwrapped",
    name: "one wrapper",
    files: moved(sampleWith(), (path) => `my-model/${path}`),
    params: { folder: "my-model" },
  },
  {
    code: "moved_into_base_model",
    name: "a diffusers folder without base_model",
    files: moved(sampleWith(), (path) => path.replace("base_model/", "")),
  },
  {
    code: "wrong_place",
    name: "a wrapper in OSS",
    files: moved(sampleWith(), (path) => `my-model/${path}`),
    options: { inPlace: true },
    params: { folder: "my-model" },
  },
  {
    code: "left_behind",
    name: "junk",
    files: { ...sampleWith(), "base_model/.DS_Store": "12345" },
    params: { count: 1, savedBytes: 5 },
  },
  {
    code: "neutral_members_added",
    name: "placeholders chosen",
    files: without("base_model/safety_checker/"),
    options: { repairs: [{ kind: "add_neutral_members", members: ["safety_checker"], modelIndex: NULLED }] },
  },

  { code: "base_model_missing", name: "only a controlnet", files: controlnet(768) },
  {
    code: "wrong_name",
    name: "Base-Model",
    files: moved(sampleWith(), (path) => path.replace("base_model", "Base-Model")),
  },
  {
    code: "wrong_name",
    name: "a component in capitals",
    files: moved(sampleWith(), (path) => path.replace("/unet/", "/UNet/")),
    path: "base_model/UNet",
    params: { found: "UNet", expected: "unet" },
  },
  {
    code: "base_model_incomplete",
    name: "no safety checker",
    files: without("base_model/safety_checker/"),
    params: { missing: "safety_checker", ckpt: 0, safetensors: 0 },
  },
  {
    code: "base_model_incomplete",
    name: "no safety checker and no feature extractor",
    files: without("base_model/safety_checker/", "base_model/feature_extractor/"),
    params: { missing: "feature_extractor, safety_checker" },
  },
  {
    code: "base_model_empty",
    name: "nothing that loads",
    files: { "base_model/readme.txt": "x" },
    params: { ckpt: 0, safetensors: 0 },
  },
  {
    code: "base_model_empty",
    name: "an empty folder in OSS",
    files: { "base_model/": "", "result/a.png": "x" },
    options: { inPlace: true },
  },
  {
    code: "several_checkpoints",
    name: "two of one kind and one of the other",
    files: { "base_model/a.ckpt": "1", "base_model/b.safetensors": "2", "base_model/c.safetensors": "3" },
    params: { ckpt: 1, safetensors: 2, names: "a.ckpt, b.safetensors, c.safetensors" },
  },
  {
    code: "several_checkpoints",
    name: "macOS companion files in OSS count",
    files: { "base_model/a.safetensors": checkpoint("sd15"), "base_model/._a.safetensors": "x" },
    options: { inPlace: true },
    params: { ckpt: 0, safetensors: 2 },
  },
  {
    code: "overwritten_by_conversion",
    name: "an incomplete folder beside one checkpoint",
    files: { ...without("base_model/safety_checker/"), "base_model/v1-5.safetensors": checkpoint("sd15") },
    params: { missing: "safety_checker" },
  },
  {
    code: "conversion_shadowed",
    name: "safetensors that the conversion leaves in place",
    files: { ...without("base_model/safety_checker/"), "base_model/v1-5.safetensors": checkpoint("sd15") },
    path: "base_model",
  },
  { code: "conversion_needs_internet", name: "one checkpoint", files: one(checkpoint("sd15")) },
  { code: "conversion_sd2", name: "an SD 2 checkpoint", files: one(checkpoint("sd2")) },
  {
    code: "not_a_base_model",
    name: "a LoRA",
    files: one(tensorFile({ "lora_unet_x.lora_down.weight": [4, 8] })),
    params: { kind: "lora" },
  },
  {
    code: "kind_unsupported",
    name: "an SDXL checkpoint",
    files: one(
      tensorFile({
        "model.diffusion_model.input_blocks.0.0.weight": [1, 4, 1, 1],
        "conditioner.embedders.0.x": [1],
        "first_stage_model.x": [1],
      }),
    ),
    params: { kind: "sdxl" },
  },
  {
    code: "kind_unsupported",
    name: "an SDXL folder",
    files: sampleWith({
      [index]: editedJson(index, { _class_name: "StableDiffusionXLPipeline" }),
      "base_model/unet/config.json": sdxlUnet,
    }),
    params: { kind: "sdxl" },
  },
  {
    code: "kind_unsupported",
    name: "a Flux folder",
    files: foreign("FluxPipeline"),
    params: { kind: "flux" },
  },
  {
    code: "kind_unsupported",
    name: "an SD 3 folder",
    files: foreign("StableDiffusion3Pipeline"),
    params: { kind: "sd3" },
  },
  {
    code: "kind_unsupported",
    name: "a second text encoder",
    files: { ...without("base_model/unet/"), "base_model/text_encoder_2/config.json": "{}" },
    params: { kind: "sdxl" },
  },
  {
    code: "kind_unsupported",
    name: "an SDXL width",
    files: sampleWith({
      "base_model/unet/config.json": editedJson("base_model/unet/config.json", { cross_attention_dim: 2048 }),
    }),
    params: { kind: "sdxl" },
  },
  { code: "not_convertible", name: "tensors nobody knows", files: one(tensorFile({ "something.else": [1] })) },
  {
    code: "kind_unknown",
    name: "a pickle whose names do not show",
    files: oneCkpt(
      zipFile([{ name: "a/data.pkl", bytes: Uint8Array.from([0x80, 2, ...toBytes("cmy.module\nModel\n)R.")]) }]),
    ),
  },
  {
    code: "checkpoint_incomplete",
    name: "a pruned UNet",
    files: one(tensorFile({ "model.diffusion_model.input_blocks.0.0.weight": [1, 4, 1, 1] })),
    params: { missing: "VAE, text encoder" },
  },

  { code: "index_entry_missing", name: "no vae", files: indexWith({ vae: undefined }), params: { component: "vae" } },
  {
    code: "component_null",
    name: "null unet",
    files: indexWith({ unet: [null, null] }),
    params: { component: "unet" },
  },
  {
    code: "class_unknown",
    name: "a scheduler of a later release",
    files: indexWith({ scheduler: ["diffusers", "FlowMatchEulerDiscreteScheduler"] }),
    params: { component: "scheduler", className: "FlowMatchEulerDiscreteScheduler" },
  },
  {
    code: "class_unknown",
    name: "a text encoder of a later release",
    files: indexWith({ text_encoder: ["transformers", "Qwen2Model"] }),
    params: { library: "transformers" },
  },
  {
    code: "kind_unsupported",
    name: "an SDXL UNet",
    files: sampleWith({
      "base_model/unet/config.json": editedJson("base_model/unet/config.json", { addition_embed_type: "text_time" }),
    }),
    params: { kind: "sdxl" },
  },
  {
    code: "feature_extractor_needed",
    name: "checker without extractor",
    files: indexWith({ feature_extractor: [null, null] }),
  },
  {
    code: "component_file_missing",
    name: "no merges",
    files: without("base_model/tokenizer/merges.txt"),
    path: "base_model/tokenizer/merges.txt",
  },
  {
    code: "component_file_missing",
    name: "no scheduler config",
    files: sampleWith({ "base_model/scheduler/scheduler_config.json": undefined, "base_model/scheduler/x.json": "{}" }),
  },
  { code: "weights_missing", name: "unet without weights", files: without(unet), path: "base_model/unet" },
  {
    code: "weights_missing",
    name: "only flax weights",
    files: sampleWith({ [unet]: undefined, "base_model/unet/diffusion_flax_model.msgpack": "x" }),
  },
  {
    code: "weights_misnamed",
    name: "a wrong name",
    files: sampleWith({ [unet]: undefined, "base_model/unet/model.safetensors": bytesOf(unet) }),
    params: { found: "model.safetensors" },
  },
  {
    code: "weights_missing",
    name: "a wrong name for something else",
    files: sampleWith({ [unet]: undefined, "base_model/unet/model.safetensors": bytesOf(text) }),
  },
  {
    code: "safety_weights_missing",
    name: "checker without weights",
    files: without("base_model/safety_checker/model.safetensors"),
  },
  {
    code: "variant_only",
    name: "fp16 only",
    files: sampleWith({ [unet]: undefined, "base_model/unet/diffusion_pytorch_model.fp16.safetensors": bytesOf(unet) }),
    params: { variant: "fp16", found: "diffusion_pytorch_model.fp16.safetensors" },
  },
  {
    code: "sharded_weights",
    name: "a sharded unet",
    files: sampleWith({
      [unet]: undefined,
      "base_model/unet/diffusion_pytorch_model.safetensors.index.json": shardIndex,
    }),
  },
  {
    code: "shard_missing",
    name: "one of two shards",
    files: sampleWith({
      [text]: undefined,
      "base_model/text_encoder/model.safetensors.index.json": shardIndex,
      "base_model/text_encoder/model-1.safetensors": bytesOf(text),
    }),
    params: { missing: "model-2.safetensors", shards: 2 },
  },
  {
    code: "unet_channels",
    name: "an inpainting folder",
    files: sampleWith({ "base_model/unet/config.json": editedJson("base_model/unet/config.json", { in_channels: 9 }) }),
    params: { channels: 9 },
  },
  {
    code: "unet_channels",
    name: "an inpainting checkpoint",
    files: one(checkpoint("sd15", 9)),
    params: { channels: 9 },
  },

  { code: "controlnet_missing", name: "no folder", files: sampleWith(), options: { func: "controlnet" } },
  {
    code: "controlnet_original",
    name: "a .pth file",
    files: { ...sampleWith(), "controlnet/control_sd15_canny.pth": pickleFile([]) },
    options: { func: "controlnet" },
  },
  {
    code: "controlnet_misfit",
    name: "an SD 2 ControlNet on SD 1.5",
    files: { ...sampleWith(), ...controlnet(1024) },
    options: { func: "controlnet" },
    params: { width: "1024", kind: "sd2", baseKind: "sd15" },
  },
  {
    code: "weights_missing",
    name: "a ControlNet without weights",
    files: { ...sampleWith(), "controlnet/config.json": "{}" },
    options: { func: "controlnet" },
    path: "controlnet",
  },
  { code: "translate_missing", name: "no folder", files: sampleWith(), options: { translate: true } },
  {
    code: "translate_incomplete",
    name: "no weights",
    files: { ...sampleWith(), "translate/configuration.json": "{}" },
    options: { translate: true },
    params: { missing: "tf_ckpts/" },
  },
  {
    code: "translate_direction",
    name: "the sister model",
    files: { ...sampleWith(), ...translate("en") },
    options: { translate: true },
  },
  {
    code: "lora_several_bin",
    name: "two .bin",
    files: { ...sampleWith(), "lora_model/a.bin": "1", "lora_model/b.bin": "2" },
    params: { bin: 2 },
  },
  {
    code: "lora_several_safetensors",
    name: "two .safetensors",
    files: { ...sampleWith(), "lora_model/a.safetensors": "1", "lora_model/b.safetensors": "2" },
  },
  {
    code: "lora_unfit",
    name: "LyCORIS",
    files: { ...sampleWith(), "lora_model/a.safetensors": tensorFile({ "lora_unet_x.hada_w1_a": [1] }) },
    params: { kind: "lycoris" },
  },
  {
    code: "lora_unfit",
    name: "an SDXL LoRA",
    files: {
      ...sampleWith(),
      "lora_model/a.safetensors": tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 2048] }),
    },
    params: { kind: "sdxl" },
  },
  {
    code: "lora_unfit",
    name: "an SDXL LoRA by its blocks",
    files: {
      ...sampleWith(),
      "lora_model/a.safetensors": tensorFile({
        "unet.mid_block.attentions.0.transformer_blocks.9.attn1.processor.to_q_lora.down.weight": [1, 1280],
      }),
    },
    params: { kind: "sdxl" },
  },
  {
    code: "lora_unused_with_blade",
    name: "with Blade",
    files: { ...sampleWith(), "lora_model/a.bin": "1", "lora_model/b.bin": "2" },
    options: { blade: true },
  },
  {
    code: "optimized_incomplete",
    name: "one of three",
    files: { ...sampleWith(), "optimized_model/unet.pt": "1" },
    options: { blade: true },
    params: { missing: "encoder.pt, decoder.pt" },
  },
  {
    code: "blade_default_sd2",
    name: "SD 2 with Blade",
    files: sampleWith({
      "base_model/unet/config.json": editedJson("base_model/unet/config.json", { cross_attention_dim: 1024 }),
    }),
    options: { blade: true },
  },

  { code: "empty_file", name: "empty weights", files: sampleWith({ [unet]: "" }), path: unet },
  { code: "empty_file", name: "empty vocabulary", files: sampleWith({ "base_model/tokenizer/vocab.json": "" }) },
  {
    code: "lfs_pointer",
    name: "pointer instead of weights",
    files: sampleWith({ [unet]: lfs }),
    params: { realBytes: 3438167534 },
  },
  {
    code: "lfs_pointer",
    name: "pointer instead of a config",
    files: sampleWith({ "base_model/vae/config.json": lfs }),
  },
  {
    code: "error_page",
    name: "HTML as model_index.json",
    files: sampleWith({ [index]: "<!doctype html><title>404</title>" }),
    path: index,
  },
  {
    code: "error_page",
    name: "a hub's answer as config",
    files: sampleWith({ "base_model/unet/config.json": '{"error":"Repository not found"}' }),
  },
  {
    code: "error_page",
    name: "an OSS answer as weights",
    files: sampleWith({ [unet]: '<?xml version="1.0"?><Error/>' }),
  },
  { code: "error_page", name: "JSON as safetensors", files: sampleWith({ [unet]: '{"error":"Unauthorized"}' }) },
  {
    code: "json_invalid",
    name: "a cut config",
    files: sampleWith({ "base_model/unet/config.json": '{"in_channels": 4' }),
  },
  { code: "json_bom", name: "a byte order mark", files: sampleWith({ "base_model/unet/config.json": "\ufeff{}" }) },
  { code: "truncated", name: "half the data", files: sampleWith({ [unet]: bytesOf(unet).subarray(0, 100_000) }) },
  { code: "truncated", name: "half the header", files: sampleWith({ [unet]: bytesOf(unet).subarray(0, 1000) }) },
  {
    code: "truncated",
    name: "a zip without its end",
    files: sampleWith({
      [unet]: undefined,
      "base_model/unet/diffusion_pytorch_model.bin": pickleFile(["a.b"], { complete: false }),
    }),
  },
  { code: "trailing_bytes", name: "more than declared", files: one(Uint8Array.from([...checkpoint("sd15"), 0])) },
  { code: "header_invalid", name: "a length beyond reason", files: one(new Uint8Array(64).fill(0xff)) },
  {
    code: "header_invalid",
    name: "overlapping tensors",
    files: one(
      rawTensors(
        {
          a: { dtype: "F16", shape: [1], data_offsets: [0, 2] },
          b: { dtype: "F16", shape: [1], data_offsets: [0, 2] },
        },
        2,
      ),
    ),
  },
  {
    code: "header_invalid",
    name: "a size that is not the shape's",
    files: one(rawTensors({ a: { dtype: "F16", shape: [3], data_offsets: [0, 2] } }, 2)),
  },
  {
    code: "dtype_unsupported",
    name: "fp8",
    files: one(rawTensors({ a: { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] } }, 2)),
    params: { dtype: "F8_E4M3" },
  },
  {
    code: "dtype_unsupported",
    name: "fp8 of a later torch",
    files: oneCkpt(torchFile(SD15, { calls: ["torch float8_e4m3fn"] })),
    params: { dtype: "torch.float8_e4m3fn" },
  },
  {
    code: "header_invalid",
    name: "a whole number that is written as a fraction",
    files: one(rawText('{"a":{"dtype":"F16","shape":[1.0],"data_offsets":[0,2]}}', 2)),
  },
  {
    code: "translate_coming",
    name: "a translation model that the server fetches",
    files: sampleWith(),
    options: { translate: true, repairs: [{ kind: "import", preset: "translate" }] },
  },
  { code: "no_tensors", name: "a safetensors file without a tensor", files: one(rawTensors({}, 0)) },
  { code: "no_tensors", name: "an empty state dict", files: oneCkpt(torchFile({})) },
  {
    code: "json_invalid",
    name: "half a vocabulary",
    files: sampleWith({ "base_model/tokenizer/vocab.json": '{"a": 1, "b": ' }),
    path: "base_model/tokenizer/vocab.json",
  },
  {
    code: "json_invalid",
    name: "half a vocabulary of its usual length",
    files: sampleWith({ "base_model/tokenizer/vocab.json": `{"a": 1, ${'"word": 2, '.repeat(40_000)}` }),
    path: "base_model/tokenizer/vocab.json",
  },
  {
    code: "component_file_missing",
    name: "a fast tokenizer with nothing to be made from",
    files: {
      ...without("base_model/tokenizer/vocab.json", "base_model/tokenizer/merges.txt"),
      [index]: editedJson(index, { tokenizer: ["transformers", "CLIPTokenizerFast"] }),
    },
  },
  {
    code: "config_mismatch",
    name: "a text encoder of another width than its config",
    files: sampleWith({ [text]: tensorFile({ "text_model.embeddings.token_embedding.weight": [4, 1024] }) }),
    path: "base_model/text_encoder/config.json",
  },
  {
    code: "config_mismatch",
    name: "a ControlNet whose config leaves its width to the class",
    files: {
      ...sampleWith(),
      "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel" }),
      "controlnet/diffusion_pytorch_model.safetensors": tensorFile({
        "controlnet_cond_embedding.conv_in.weight": [1],
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [2, 768],
      }),
    },
    options: { func: "controlnet" },
    params: { key: "cross_attention_dim", expected: "1280", actual: "768" },
  },
  {
    code: "vae_misfit",
    name: "the VAE of Flux",
    files: sampleWith({
      "base_model/vae/config.json": editedJson("base_model/vae/config.json", { latent_channels: 16 }),
    }),
    params: { channels: 16 },
  },
  {
    code: "not_weights",
    name: "a folder that is called like a LoRA",
    files: { ...sampleWith(), "lora_model/a.bin/x": "1" },
    path: "lora_model/a.bin",
  },
  {
    code: "lora_several_bin",
    name: "a LoRA and a folder that is called like one",
    files: { ...sampleWith(), "lora_model/a.bin": torchFile({ x: [1] }), "lora_model/b.bin/x": "1" },
  },
  {
    code: "metadata_missing",
    name: "a text encoder that does not say pt",
    files: sampleWith({
      [text]: rawTensors({ "text_model.x": { dtype: "F16", shape: [1], data_offsets: [0, 2] } }, 2),
    }),
  },
  { code: "pickle_as_safetensors", name: "a renamed checkpoint", files: one(pickleFile(["a.b"])) },
  {
    code: "safetensors_as_pickle",
    name: "a renamed safetensors",
    files: { "base_model/model.ckpt": checkpoint("sd15") },
  },
  { code: "not_weights", name: "a text file", files: { "base_model/model.ckpt": "hello, this is no model at all" } },
  {
    code: "not_checked",
    name: "a header of two megabytes",
    files: [sparseFile("base_model/m.safetensors", Uint8Array.from([0, 0, 32, 0, 0, 0, 0, 0, 0x7b]), 4e9)],
  },
  {
    code: "unreadable",
    name: "a file that vanished",
    files: [{ path: "base_model/m.safetensors", sizeBytes: 9, read: () => Promise.reject(new Error("gone")) }],
  },

  {
    code: "neutral_folders_added",
    name: "placeholders and --close_safety",
    files: without("base_model/safety_checker/"),
    options: {
      repairs: [{ kind: "add_neutral_members", members: ["safety_checker"], flags: { closeSafety: true } }],
    },
  },
  {
    code: "ema_copy",
    name: "a full checkpoint",
    files: one(tensorFile({ ...SD15, "model_ema.decay": [1], "model_ema.diffusion_modelx": [2] })),
  },
  {
    code: "not_a_base_model",
    name: "a VAE",
    files: one(tensorFile({ "first_stage_model.decoder.conv_in.weight": [2] })),
    params: { kind: "vae" },
  },
  {
    code: "not_a_base_model",
    name: "a textual inversion",
    files: one(tensorFile({ emb_params: [3, 768] })),
    params: { kind: "embedding", baseKind: "sd15" },
  },
  {
    code: "not_a_base_model",
    name: "a bare UNet",
    files: one(bytesOf(unet)),
    params: { kind: "unet", baseKind: "sd15" },
  },
  {
    code: "several_checkpoints",
    name: "a model and a LoRA",
    files: {
      "base_model/model.safetensors": checkpoint("sd15"),
      "base_model/style.safetensors": tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 768] }),
    },
  },
  {
    code: "shard_mismatch",
    name: "an index of another version",
    files: sampleWith({
      [text]: undefined,
      "base_model/text_encoder/model.safetensors.index.json": shardIndex,
      "base_model/text_encoder/model-1.safetensors": bytesOf(text),
      "base_model/text_encoder/model-2.safetensors": bytesOf(text),
    }),
    params: { tensor: "a" },
  },
  {
    code: "wrong_component",
    name: "text encoder's weights in the unet folder",
    files: sampleWith({ [unet]: bytesOf(text) }),
    params: { component: "unet", kind: "text_encoder" },
  },
  {
    code: "config_mismatch",
    name: "a config of another UNet",
    files: sampleWith({
      "base_model/unet/config.json": editedJson("base_model/unet/config.json", { cross_attention_dim: 1024 }),
    }),
    params: { key: "cross_attention_dim", expected: "1024", actual: "768" },
  },
  {
    code: "text_encoder_misfit",
    name: "a text encoder of SD 2",
    files: sampleWith({
      "base_model/text_encoder/config.json": editedJson("base_model/text_encoder/config.json", { hidden_size: 1024 }),
    }),
    params: { hidden: "1024", width: "768" },
  },
  {
    code: "class_unknown",
    name: "a library that nobody has",
    files: indexWith({ unet: ["my_models", "MyUNet"] }),
    params: { library: "my_models" },
  },
  {
    code: "folder_not_read",
    name: "Lora-Model",
    files: { ...sampleWith(), "Lora-Model/a.bin": "x" },
    params: { found: "Lora-Model", expected: "lora_model" },
  },
  {
    code: "several_folders",
    name: "two ControlNets below",
    files: {
      ...sampleWith(),
      ...moved(controlnet(768), (path) => `a/${path}`),
      ...moved(controlnet(768), (path) => `b/${path}`),
    },
    options: { func: "controlnet" },
    path: "a/controlnet",
    params: { others: "b/controlnet" },
  },
  {
    code: "translate_files",
    name: "no vocabulary",
    files: { ...sampleWith(), ...translate("zh") },
    options: { translate: true },
    params: { missing: "bpe.en, bpe.zh, src_vocab.txt, trg_vocab.txt" },
  },
  {
    code: "translate_missing",
    name: "under the name it was downloaded by",
    files: {
      ...sampleWith(),
      ...moved(translate("zh"), (path) => path.replace("translate", "nlp_csanmt_translation_zh2en")),
    },
    options: { translate: true },
  },
  {
    code: "lora_layout",
    name: "diffusers names in a .safetensors",
    files: { ...sampleWith(), "lora_model/a.safetensors": tensorFile({ "unet.x.to_k.lora_A.weight": [1, 320] }) },
    params: { layout: "peft", expected: "kohya" },
  },
  {
    code: "add_on_misfit",
    name: "an SDXL LoRA for requests",
    files: {
      ...sampleWith(),
      "lora/xl.safetensors": tensorFile({ "lora_unet_x_attn2_to_k.lora_down.weight": [1, 2048] }),
    },
    path: "lora/xl.safetensors",
    params: { kind: "lora", baseKind: "sdxl" },
  },
  {
    code: "add_on_misfit",
    name: "an SD 2 ControlNet for requests",
    files: {
      ...sampleWith(),
      ...moved(controlnet(1024), (path) => path.replace("controlnet", "new_controlnet/canny")),
    },
    path: "new_controlnet/canny",
  },
  {
    code: "add_on_unusable",
    name: "LoHa for requests",
    files: { ...sampleWith(), "lora/a.safetensors": tensorFile({ "lora_unet_x.hada_w1_a": [1] }) },
  },
  {
    code: "add_ons_not_checked",
    name: "a hundred LoRAs",
    files: {
      ...sampleWith(),
      ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`lora/${at}.safetensors`, tensorFile({ x: [1] })])),
    },
    params: { count: 52 },
  },
  {
    code: "optimized_as_is",
    name: "all three",
    files: { ...sampleWith(), ...optimized("x") },
    options: { blade: true },
  },
  {
    code: "optimized_incomplete",
    name: "one of them is a pointer",
    files: { ...sampleWith(), ...optimized("x"), "optimized_model/unet.pt": lfs },
    options: { blade: true },
    params: { missing: "unet.pt" },
  },
  {
    code: "optimized_older",
    name: "weights that came to the bucket later",
    files: written({ ...sampleWith(), ...optimized("x") }, (path) => (path === unet ? 2 : 1)),
    options: { blade: true, inPlace: true },
  },
  {
    code: "optimized_unused",
    name: "without Blade",
    files: { ...sampleWith(), ...optimized("12") },
    params: { savedBytes: 6 },
  },
  { code: "only_zeros", name: "a download that never came", files: one(new Uint8Array(5000)) },
  {
    code: "error_page",
    name: "a hub's answer in plain text",
    files: sampleWith({ [unet]: "Access to model x/y is restricted. You must be authenticated to access it." }),
  },
  {
    code: "not_torch",
    name: "a zip of something else",
    files: oneCkpt(zipFile([{ name: "a.txt", bytes: toBytes("x") }])),
  },
  {
    code: "not_torch",
    name: "TorchScript",
    files: oneCkpt(zipFile([{ name: "m/constants.pkl", bytes: toBytes("x") }])),
    params: { found: "TorchScript" },
  },
  { code: "not_torch", name: "a plain pickle", files: oneCkpt(Uint8Array.from([0x80, 4, 0x4b, 1, 0x2e])) },
  {
    code: "zip_damaged",
    name: "a storage that is not there",
    files: oneCkpt(zipFile([{ name: "a/data.pkl", bytes: statePickle(SD15) }])),
  },
  {
    code: "zip_damaged",
    name: "bytes missing before the directory",
    files: oneCkpt(Uint8Array.from([...torchFile(SD15).subarray(0, 100), ...torchFile(SD15).subarray(150)])),
  },
  {
    code: "pickle_damaged",
    name: "half a pickle",
    files: oneCkpt(zipFile([{ name: "a/data.pkl", bytes: statePickle(SD15).subarray(0, 200) }])),
  },
  {
    code: "pickle_odd",
    name: "the magic number and then words",
    files: oneCkpt(
      Uint8Array.from([...torchFile(SD15, { legacy: true }).subarray(0, 15), ...toBytes("\nnot a pickle")]),
    ),
  },
  {
    code: "pickle_damaged",
    name: "an older torch file with a byte changed",
    files: oneCkpt(torchFile(SD15, { legacy: true }).map((byte, at) => (at === 60 ? 0xff : byte))),
  },
  {
    code: "truncated",
    name: "an older torch file, cut",
    files: oneCkpt(torchFile(SD15, { legacy: true }).subarray(0, -8)),
  },
  {
    code: "pickle_dangerous",
    name: "os.system in a checkpoint",
    files: oneCkpt(torchFile(SD15, { calls: ["os system"] })),
    params: { names: "os.system" },
  },
  {
    code: "pickle_dangerous",
    name: "builtins.eval by STACK_GLOBAL in an older file",
    files: oneCkpt(torchFile(SD15, { calls: ["builtins eval"], protocol: 4, legacy: true })),
    params: { names: "builtins.eval" },
  },
  {
    code: "pickle_dangerous",
    name: "a renamed pickle in lora/",
    files: { ...sampleWith(), "lora/style.safetensors": torchFile({ x: [1] }, { calls: ["posix system"] }) },
    path: "lora/style.safetensors",
  },
  {
    code: "pickle_unknown",
    name: "a training callback",
    files: oneCkpt(torchFile(SD15, { calls: ["pytorch_lightning.callbacks.model_checkpoint ModelCheckpoint"] })),
  },
  {
    code: "json_invalid",
    name: "wrong UTF-8",
    files: sampleWith({ "base_model/unet/config.json": Uint8Array.from([0x7b, 0xff, 0x7d]) }),
  },
  {
    code: "wrong_name",
    name: "an ending in capitals",
    files: { "base_model/model.SAFETENSORS": checkpoint("sd15") },
    path: "base_model/model.SAFETENSORS",
    params: { expected: "model.safetensors" },
  },
  {
    code: "component_file_missing",
    name: "a config in capitals",
    files: sampleWith({
      "base_model/vae/config.json": undefined,
      "base_model/vae/Config.json": bytesOf("base_model/vae/config.json"),
    }),
    path: "base_model/vae/config.json",
  },
];
