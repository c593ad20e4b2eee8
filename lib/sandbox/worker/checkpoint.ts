import type { ContainerFiles, FileTree } from "./files";
import { PythonError, readOnlyFileSystem } from "./python-error";
import { placeholderWeights } from "./stand-in";
import { openWeights, type Tensor } from "./weights";

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

/** Reads what kind of checkpoint this is, or fails as the conversion of diffusers 0.15 does. */
function architectureOf(tensors: Map<string, Tensor> | undefined): "sd1" | "sd2" {
  // Inside a .ckpt only Python can look; ours takes it for the commonest kind.
  if (!tensors) return "sd1";
  const names = [...tensors.keys()];
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
  const width = tensors.get(TEXT_WIDTH_TENSOR)?.shape.at(-1);
  return width === 1024 ? "sd2" : "sd1";
}

/** Writes the diffusers layout beside the checkpoint, through the mount. Weights are stand-ins of a few bytes. */
export async function convertCheckpoint(files: ContainerFiles, tree: FileTree, name: string): Promise<void> {
  const path = `base_model/${name}`;
  const architecture = architectureOf(await openWeights(files, tree, path, "torch"));
  if (!files.isWritable(`${tree.root}/base_model`)) throw readOnlyFileSystem(`${tree.root}/base_model/vae`);
  for (const [relative, body] of convertedFiles(architecture)) {
    await files.write(`${tree.root}/base_model/${relative}`, body);
  }
}

function convertedFiles(architecture: "sd1" | "sd2"): [string, Uint8Array][] {
  const width = architecture === "sd2" ? 1024 : 768;
  const withSafety = architecture === "sd1";
  const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const weights = (folder: string, name: string): [string, Uint8Array] => [
    `${folder}/${name}`,
    placeholderWeights(folder),
  ];
  const files: [string, Uint8Array][] = [
    ["scheduler/scheduler_config.json", json({ _class_name: "PNDMScheduler", num_train_timesteps: 1000 })],
    ["text_encoder/config.json", json({ architectures: ["CLIPTextModel"], hidden_size: width })],
    weights("text_encoder", "pytorch_model.bin"),
    ["tokenizer/vocab.json", json({ "<|startoftext|>": 49406, "<|endoftext|>": 49407 })],
    ["tokenizer/merges.txt", Buffer.from("#version: 0.2\n")],
    ["tokenizer/tokenizer_config.json", json({ tokenizer_class: "CLIPTokenizer", model_max_length: 77 })],
    ["tokenizer/special_tokens_map.json", json({ bos_token: "<|startoftext|>", eos_token: "<|endoftext|>" })],
    ["unet/config.json", json({ _class_name: "UNet2DConditionModel", in_channels: 4, cross_attention_dim: width })],
    weights("unet", "diffusion_pytorch_model.bin"),
    ["vae/config.json", json({ _class_name: "AutoencoderKL", latent_channels: 4 })],
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
