/** Classes that the image's libraries have (diffusers 0.15.0, transformers of early 2023), as far as pipelines name them. */
export const DIFFUSERS_CLASSES: ReadonlySet<string> = new Set([
  "AutoencoderKL",
  "ControlNetModel",
  "PriorTransformer",
  "Transformer2DModel",
  "UNet1DModel",
  "UNet2DConditionModel",
  "UNet2DModel",
  "UNet3DConditionModel",
  "VQModel",
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
  "KarrasVeScheduler",
  "KDPM2AncestralDiscreteScheduler",
  "KDPM2DiscreteScheduler",
  "LMSDiscreteScheduler",
  "PNDMScheduler",
  "RePaintScheduler",
  "ScoreSdeVeScheduler",
  "UnCLIPScheduler",
  "UniPCMultistepScheduler",
  "VQDiffusionScheduler",
]);

export const TRANSFORMERS_CLASSES: ReadonlySet<string> = new Set([
  "AutoTokenizer",
  "BertModel",
  "BertTokenizer",
  "CLIPFeatureExtractor",
  "CLIPImageProcessor",
  "CLIPModel",
  "CLIPProcessor",
  "CLIPTextModel",
  "CLIPTextModelWithProjection",
  "CLIPTokenizer",
  "CLIPTokenizerFast",
  "CLIPVisionModel",
  "CLIPVisionModelWithProjection",
  "DPTFeatureExtractor",
  "DPTForDepthEstimation",
  "T5EncoderModel",
  "T5Tokenizer",
  "T5TokenizerFast",
  "XLMRobertaTokenizer",
]);

/** Modules that both pipelines of the service take; everything else in model_index.json is ignored with a warning. */
export const EXPECTED_MODULES = [
  "vae",
  "text_encoder",
  "tokenizer",
  "unet",
  "scheduler",
  "safety_checker",
  "feature_extractor",
] as const;

export type ModuleName = (typeof EXPECTED_MODULES)[number];

export const OPTIONAL_MODULES: ReadonlySet<string> = new Set(["safety_checker", "feature_extractor"]);
