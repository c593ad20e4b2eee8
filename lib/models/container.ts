/**
 * What the diffusers container looks for, as data. Source: reference/diffusers-service.md, sections 4 and 10
 * (diffusers 0.15.0, torch 1.12, Python 3.8).
 */

/** The names that have to be in `base_model/` for it to be read as a diffusers folder. */
export const BASE_MEMBERS = [
  "feature_extractor",
  "model_index.json",
  "safety_checker",
  "scheduler",
  "text_encoder",
  "tokenizer",
  "unet",
  "vae",
] as const;

export const BASE_FOLDERS = BASE_MEMBERS.filter((name) => name !== "model_index.json");

/** Folders that have a meaning directly below the model root. */
export const ROOT_FOLDERS = [
  "base_model",
  "controlnet",
  "translate",
  "optimized_model",
  "lora_model",
  "lora",
  "new_controlnet",
] as const;

/** The container's own words when `base_model/` is neither a whole folder nor one checkpoint. */
export function checkpointCountMessage(ckpt: number, safetensors: number): string {
  return `You need to provide only one .ckpt model or one .safetensors model to convert. But got .ckpt: ${ckpt} and .safetensors: ${safetensors}`;
}

export interface WeightNames {
  safetensors: string;
  bin: string;
  /** An index that names several files: read by transformers, unknown to diffusers 0.15. */
  shardsAllowed: boolean;
}

const DIFFUSERS_WEIGHTS: WeightNames = {
  safetensors: "diffusion_pytorch_model.safetensors",
  bin: "diffusion_pytorch_model.bin",
  shardsAllowed: false,
};
const TRANSFORMERS_WEIGHTS: WeightNames = {
  safetensors: "model.safetensors",
  bin: "pytorch_model.bin",
  shardsAllowed: true,
};

export const CONTROLNET_WEIGHTS = DIFFUSERS_WEIGHTS;

export interface ComponentRule {
  name: (typeof BASE_FOLDERS)[number];
  /** Files that the component's class reads besides its weights. */
  needs: readonly string[];
  weights?: WeightNames;
  /** May be `[null, null]` in model_index.json. */
  optional?: boolean;
}

export const COMPONENTS: readonly ComponentRule[] = [
  { name: "unet", needs: ["config.json"], weights: DIFFUSERS_WEIGHTS },
  { name: "vae", needs: ["config.json"], weights: DIFFUSERS_WEIGHTS },
  { name: "text_encoder", needs: ["config.json"], weights: TRANSFORMERS_WEIGHTS },
  { name: "tokenizer", needs: ["vocab.json", "merges.txt"] },
  { name: "scheduler", needs: ["scheduler_config.json"] },
  { name: "safety_checker", needs: ["config.json"], weights: TRANSFORMERS_WEIGHTS, optional: true },
  { name: "feature_extractor", needs: ["preprocessor_config.json"], optional: true },
];

/** The classes of library `diffusers` 0.15.0 that a Stable Diffusion pipeline can be made of. */
export const DIFFUSERS_CLASSES: ReadonlySet<string> = new Set([
  "AutoencoderKL",
  "ControlNetModel",
  "DDIMInverseScheduler",
  "DDIMScheduler",
  "DDPMScheduler",
  "DEISMultistepScheduler",
  "DPMSolverMultistepScheduler",
  "DPMSolverSinglestepScheduler",
  "EulerAncestralDiscreteScheduler",
  "EulerDiscreteScheduler",
  "HeunDiscreteScheduler",
  "IPNDMScheduler",
  "KDPM2AncestralDiscreteScheduler",
  "KDPM2DiscreteScheduler",
  "KarrasVeScheduler",
  "LMSDiscreteScheduler",
  "PNDMScheduler",
  "PriorTransformer",
  "RePaintScheduler",
  "ScoreSdeVeScheduler",
  "UNet2DConditionModel",
  "Transformer2DModel",
  "UNet1DModel",
  "UNet2DModel",
  "UNet3DConditionModel",
  "UnCLIPScheduler",
  "UniPCMultistepScheduler",
  "VQDiffusionScheduler",
  "VQModel",
]);

/** Families of `transformers` classes that came after the image. Which older ones a pipeline may use is left to the loader. */
export const LATER_TRANSFORMERS =
  /^(Qwen|Gemma|Mistral|Mixtral|Phi|Siglip|Dinov2|UMT5|ChatGLM|Llava|Llama4|SmolLM|Cohere|DeepseekV|Glm|Idefics|PaliGemma|Mllama|Jina|Moonshine|ModernBert)/;

/** Folders of diffusers 0.15's pipelines, which model_index.json may name as a library too. */
export const PIPELINE_LIBRARIES: ReadonlySet<string> = new Set([
  "alt_diffusion",
  "audioldm",
  "latent_diffusion",
  "paint_by_example",
  "semantic_stable_diffusion",
  "stable_diffusion",
  "stable_diffusion_safe",
  "unclip",
  "versatile_diffusion",
]);

/** Number types that the safetensors package of mid-2023 knows, with their size in bytes. */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

/** What `--use_blade` keeps in `optimized_model/`. */
export function optimizedFiles(func: "base" | "controlnet"): string[] {
  return ["encoder.pt", "unet.pt", "decoder.pt", ...(func === "controlnet" ? ["controlnet.pt"] : [])];
}
