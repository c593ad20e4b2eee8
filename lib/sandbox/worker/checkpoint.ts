import { createHash } from "node:crypto";
import type { ContainerFiles, FileTree } from "./files";
import { PythonError, readOnlyFileSystem } from "./python-error";
import { placeholderWeights } from "./stand-in";
import { openWeights } from "./weights";

/** The eight names that make `base_model/` a diffusers folder (reference: diffusers-service.md §4.1). */
const DIFFUSERS_NAMES = [
  "feature_extractor",
  "model_index.json",
  "safety_checker",
  "scheduler",
  "text_encoder",
  "tokenizer",
  "unet",
  "vae",
] as const;

type BaseModelKind = { kind: "diffusers" } | { kind: "checkpoint"; name: string };

/** Rule 4.1: all eight names, else exactly one checkpoint. Endings are case-sensitive and hidden files count. */
export function classifyBaseModel(names: readonly string[]): BaseModelKind {
  if (DIFFUSERS_NAMES.every((name) => names.includes(name))) return { kind: "diffusers" };
  const ckpt = names.filter((name) => name.endsWith(".ckpt"));
  const safetensors = names.filter((name) => name.endsWith(".safetensors"));
  const [only, ...others] = [...ckpt, ...safetensors];
  if (only !== undefined && others.length === 0) return { kind: "checkpoint", name: only };
  throw new PythonError(
    "ValueError",
    "You need to provide only one .ckpt model or one .safetensors model to convert. " +
      `But got .ckpt: ${ckpt.length} and .safetensors: ${safetensors.length}`,
  );
}

/** A tensor that tells SD 2.x (1024) from SD 1.x (768) by its last dimension. */
const TEXT_WIDTH_TENSOR = "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight";

/** SD 2.x brings another text encoder, whose names tell it apart where shapes cannot be seen. */
const SD2_TEXT_ENCODER = "cond_stage_model.model.";

type Architecture = "sd1" | "sd2";

/** Reads what kind of checkpoint this is, or fails as the conversion of diffusers 0.15 does. */
function architectureOf(names: readonly string[], textWidth: number | undefined): Architecture {
  if (!names.some((name) => name.startsWith("model.diffusion_model."))) {
    throw new PythonError("KeyError", "'time_embed.0.weight'");
  }
  if (names.some((name) => name.startsWith("conditioner.embedders.") || name.includes("label_emb."))) {
    throw new PythonError(
      "RuntimeError",
      "Error(s) in loading state_dict for UNet2DConditionModel:\n" +
        '\tMissing key(s) in state_dict: "down_blocks.0.attentions.0.norm.weight", "down_blocks.0.attentions.0.norm.bias".',
    );
  }
  // The VAE and the text encoder are converted name by name.
  if (!names.some((name) => name.startsWith("first_stage_model."))) {
    throw new PythonError("KeyError", "'encoder.conv_in.weight'");
  }
  if (!names.some((name) => name.startsWith("cond_stage_model."))) {
    throw new PythonError(
      "RuntimeError",
      'Error(s) in loading state_dict for CLIPTextModel:\n\tMissing key(s) in state_dict: "text_model.embeddings.token_embedding.weight".',
    );
  }
  if (textWidth !== undefined) return textWidth === 1024 ? "sd2" : "sd1";
  return names.some((name) => name.startsWith(SD2_TEXT_ENCODER)) ? "sd2" : "sd1";
}

/** The pickle that names the tensors lies at the front of the file; a checkpoint's is a few hundred kilobytes long. */
const PICKLE_BYTES = 2 * 1024 * 1024;

/** How a pickle writes a text: a sign, the length in four bytes or in one, the text. */
const BINUNICODE = 0x58;
const SHORT_BINUNICODE = 0x8c;
const LONGEST_NAME = 200;

/** Names of tensors inside a `.ckpt`, without running the pickle. None in a file without any. */
async function pickledNames(files: ContainerFiles, path: string): Promise<string[]> {
  const bytes = Buffer.from(await files.readStart(path, PICKLE_BYTES));
  const names = new Set<string>();
  for (let at = 0; at < bytes.length - 5; at++) {
    const sign = bytes[at];
    if (sign !== BINUNICODE && sign !== SHORT_BINUNICODE) continue;
    const start = at + (sign === BINUNICODE ? 5 : 2);
    const length = sign === BINUNICODE ? bytes.readUInt32LE(at + 1) : bytes.readUInt8(at + 1);
    if (length < 5 || length > LONGEST_NAME || start + length > bytes.length) continue;
    const text = bytes.toString("latin1", start, start + length);
    if (/^\w+(\.\w+)+$/.test(text)) names.add(text);
  }
  return [...names];
}

async function readArchitecture(files: ContainerFiles, tree: FileTree, path: string): Promise<Architecture> {
  const tensors = await openWeights(files, tree, path, "torch");
  if (tensors) return architectureOf([...tensors.keys()], tensors.get(TEXT_WIDTH_TENSOR)?.shape.at(-1));
  const names = await pickledNames(files, `${tree.root}/${path}`);
  // A file that names nothing is taken for the commonest kind.
  return names.length === 0 ? "sd1" : architectureOf(names, undefined);
}

/** Writes the diffusers layout beside the checkpoint, through the mount. Weights are stand-ins of a few bytes. */
export async function convertCheckpoint(files: ContainerFiles, tree: FileTree, name: string): Promise<void> {
  const path = `base_model/${name}`;
  const architecture = await readArchitecture(files, tree, path);
  if (!files.isWritable(`${tree.root}/base_model`)) throw readOnlyFileSystem(`${tree.root}/base_model/vae`);
  const source = createHash("sha1")
    .update(`${tree.size(path)}`)
    .update(await files.readStart(`${tree.root}/${path}`, 4096))
    .digest("hex");
  for (const [relative, body] of convertedFiles(architecture, source)) {
    await files.write(`${tree.root}/base_model/${relative}`, body);
  }
}

/** `source` keeps the pictures of two converted checkpoints apart. */
function convertedFiles(architecture: Architecture, source: string): [string, Uint8Array][] {
  const width = architecture === "sd2" ? 1024 : 768;
  const withSafety = architecture === "sd1";
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const weights = (folder: string, name: string): [string, Uint8Array] => [
    `${folder}/${name}`,
    placeholderWeights(folder, { source }),
  ];
  const files: [string, Uint8Array][] = [
    [
      "scheduler/scheduler_config.json",
      json({
        _class_name: "PNDMScheduler",
        _diffusers_version: "0.15.0",
        beta_end: 0.012,
        beta_schedule: "scaled_linear",
        beta_start: 0.00085,
        num_train_timesteps: 1000,
        // Every 2.x file is taken for one that predicts velocities.
        prediction_type: architecture === "sd2" ? "v_prediction" : "epsilon",
        set_alpha_to_one: false,
        skip_prk_steps: true,
        steps_offset: 1,
        trained_betas: null,
      }),
    ],
    [
      "text_encoder/config.json",
      json({
        architectures: ["CLIPTextModel"],
        hidden_act: architecture === "sd2" ? "gelu" : "quick_gelu",
        hidden_size: width,
        max_position_embeddings: 77,
        model_type: "clip_text_model",
        num_attention_heads: width / 64,
        num_hidden_layers: architecture === "sd2" ? 23 : 12,
        torch_dtype: "float32",
        vocab_size: 49408,
      }),
    ],
    weights("text_encoder", "pytorch_model.bin"),
    ["tokenizer/vocab.json", json({ "<|startoftext|>": 49406, "<|endoftext|>": 49407 })],
    ["tokenizer/merges.txt", Buffer.from("#version: 0.2\n")],
    ["tokenizer/tokenizer_config.json", json({ tokenizer_class: "CLIPTokenizer", model_max_length: 77 })],
    ["tokenizer/special_tokens_map.json", json({ bos_token: "<|startoftext|>", eos_token: "<|endoftext|>" })],
    [
      "unet/config.json",
      json({
        _class_name: "UNet2DConditionModel",
        _diffusers_version: "0.15.0",
        attention_head_dim: architecture === "sd2" ? [5, 10, 20, 20] : 8,
        block_out_channels: [320, 640, 1280, 1280],
        cross_attention_dim: width,
        in_channels: 4,
        layers_per_block: 2,
        out_channels: 4,
        sample_size: architecture === "sd2" ? 96 : 64,
      }),
    ],
    weights("unet", "diffusion_pytorch_model.bin"),
    [
      "vae/config.json",
      json({
        _class_name: "AutoencoderKL",
        _diffusers_version: "0.15.0",
        block_out_channels: [128, 256, 512, 512],
        in_channels: 3,
        latent_channels: 4,
        layers_per_block: 2,
        out_channels: 3,
        sample_size: architecture === "sd2" ? 768 : 512,
      }),
    ],
    weights("vae", "diffusion_pytorch_model.bin"),
  ];
  if (withSafety) {
    files.push(
      ["feature_extractor/preprocessor_config.json", json({ feature_extractor_type: "CLIPFeatureExtractor" })],
      ["safety_checker/config.json", json({ architectures: ["StableDiffusionSafetyChecker"] })],
      weights("safety_checker", "pytorch_model.bin"),
    );
  }
  const index = {
    _class_name: "StableDiffusionPipeline",
    _diffusers_version: "0.15.0",
    feature_extractor: withSafety ? ["transformers", "CLIPFeatureExtractor"] : [null, null],
    requires_safety_checker: withSafety,
    safety_checker: withSafety ? ["stable_diffusion", "StableDiffusionSafetyChecker"] : [null, null],
    scheduler: ["diffusers", "PNDMScheduler"],
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
  };
  return [...files, ["model_index.json", json(index)]];
}
