import type { Tensor } from "./safetensors";

/** What a model is. Texts: `modelKinds.<kind>`. */
export const MODEL_KINDS = [
  "sd15",
  "sd2",
  "sdxl",
  "sd3",
  "flux",
  "video",
  "other",
  "lora",
  "lycoris",
  "controlnet",
  "vae",
  "unet",
  "text_encoder",
  "embedding",
  "upscaler",
  "unknown",
] as const;

export type ModelKind = (typeof MODEL_KINDS)[number];

/** Whole models of another architecture, as against parts and add-ons. */
export const FOREIGN_MODELS: ReadonlySet<ModelKind> = new Set(["sdxl", "sd3", "flux", "video", "other"]);

export interface Identity {
  kind: ModelKind;
  /** Channels of the UNet's input: 4 ordinary, 8 instruct-pix2pix, 9 inpainting. */
  inChannels?: number;
  /** Parts that the conversion needs and that are not in the file. */
  missingParts: string[];
}

const UNET = "model.diffusion_model.";

/** Tensor names decide; shapes, where known, refine. First match wins. */
const BY_NAME: readonly (readonly [RegExp, ModelKind])[] = [
  [/\.(hada_w1|lokr_w1|oft_diag|on_input)(_|\.|$)/, "lycoris"],
  [/(^lora_(unet|te)|\.lora_(down|up|A|B)\.|\.lora\.(down|up)\.|_lora\.(down|up)\.)/, "lora"],
  [/(^|\.)double_blocks\.\d+\.img_attn/, "flux"],
  [/(^|\.)joint_blocks\.\d+\./, "sd3"],
  [/\.time_stack\.|(^|\.)temporal_transformer|motion_modules\./, "video"],
  [/^(control_model\.|controlnet_cond_embedding\.|controlnet_down_blocks\.)/, "controlnet"],
];

const PARTS: readonly (readonly [RegExp, ModelKind])[] = [
  [/^(emb_params|string_to_param|clip_[lg]$|<)/, "embedding"],
  [/^(down_blocks|mid_block|up_blocks)\.|^(conv_in|time_embedding)\./, "unet"],
  [/^text_model\.|^transformer\.resblocks\./, "text_encoder"],
  [/^(params_ema\.|params\.|conv_first\.|model\.\d+\.(sub|weight|RDB))/, "upscaler"],
];

const VAE_NAME = /^(first_stage_model\.|encoder\.|decoder\.|quant_conv\.|post_quant_conv\.|loss\.)/;

function some(names: readonly string[], pattern: RegExp): boolean {
  return names.some((name) => pattern.test(name));
}

export function identifyTensors(tensors: ReadonlyMap<string, Tensor | undefined>): Identity {
  const names = [...tensors.keys()];
  const plain = (kind: ModelKind): Identity => ({ kind, missingParts: [] });
  const early = BY_NAME.find(([pattern]) => some(names, pattern));
  if (early) return plain(early[1]);
  if (some(names, /^model\.diffusion_model\.(input_blocks|middle_block|output_blocks)\./))
    return latentDiffusion(names, tensors);
  if (names.length > 0 && names.every((name) => VAE_NAME.test(name))) return plain("vae");
  return plain(PARTS.find(([pattern]) => some(names, pattern))?.[1] ?? "unknown");
}

/** A whole model in one file, in the layout of the original Stable Diffusion code. */
function latentDiffusion(names: readonly string[], tensors: ReadonlyMap<string, Tensor | undefined>): Identity {
  const inChannels = tensors.get(`${UNET}input_blocks.0.0.weight`)?.shape[1];
  const missingParts: string[] = [];
  if (!some(names, /^first_stage_model\./)) missingParts.push("VAE");
  if (!some(names, /^(cond_stage_model|conditioner)\./)) missingParts.push("text encoder");
  const width = tensors.get(`${UNET}input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight`)?.shape[1];
  let kind: ModelKind = "unknown";
  // SDXL has no attention at that place, and a conditioner with two encoders (its refiner: one).
  if (some(names, /^conditioner\.|^model\.diffusion_model\.label_emb\.0\.0\.weight$/)) kind = "sdxl";
  else if (width === 1024 || some(names, /^cond_stage_model\.model\./)) kind = "sd2";
  else if (width === 768 || some(names, /^cond_stage_model\.transformer\./)) kind = "sd15";
  return { kind, missingParts, ...(inChannels === undefined ? {} : { inChannels }) };
}

/**
 * Tensor names in the pickle of a checkpoint, found as text: nothing is unpickled. Enough to tell kinds apart; shapes stay
 * unknown.
 */
export function namesInPickle(bytes: Uint8Array): Map<string, undefined> {
  const text = new TextDecoder("latin1").decode(bytes);
  const names = new Map<string, undefined>();
  for (const [name] of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+/g)) names.set(name, undefined);
  return names;
}

/** From `cross_attention_dim` of a UNet or ControlNet config. */
export function kindOfWidth(width: unknown): ModelKind {
  if (width === 768) return "sd15";
  if (width === 1024) return "sd2";
  if (width === 2048 || width === 1280) return "sdxl";
  return "unknown";
}

/** From `_class_name` of model_index.json; `undefined` for those of Stable Diffusion 1 and 2. */
export function foreignPipeline(className: string): ModelKind | undefined {
  if (/XL/.test(className)) return "sdxl";
  if (/StableDiffusion3/.test(className)) return "sd3";
  if (/^Flux/.test(className)) return "flux";
  if (/Video|Animate|TextToVideo/.test(className)) return "video";
  return /^(StableDiffusion|AltDiffusion|LatentDiffusion|DiffusionPipeline)/.test(className) ? undefined : "other";
}
