import { writeSafetensors } from "./safetensors";
import {
  SAMPLE_CHANNELS,
  SAMPLE_POSITIONS,
  SAMPLE_TEXT_WIDTH,
  SAMPLE_VAE_GROUPS,
  SAMPLE_VISION,
  safetyCheckerTensors,
  type TensorSpec,
  textEncoderTensors,
  unetTensors,
  vaeTensors,
} from "./sample-weights";

export interface SampleFile {
  /** Below the model root. */
  path: string;
  bytes: Uint8Array;
}

/**
 * The sample model: a diffusers folder of Stable Diffusion 1 with every part in its place and 8 channels. It draws nothing
 * worth seeing; it shows that folder, upload and service fit together. The same bytes every time.
 */
export function sampleModel(): SampleFile[] {
  const { vocabulary, merges } = tokenizerTables();
  const start = vocabulary["<|startoftext|>"];
  const end = vocabulary["<|endoftext|>"];
  const vocabularySize = Object.keys(vocabulary).length;
  const files: Record<string, unknown> = {
    "feature_extractor/preprocessor_config.json": PREPROCESSOR,
    "model_index.json": MODEL_INDEX,
    "safety_checker/config.json": SAFETY_CHECKER,
    "safety_checker/model.safetensors": weights(safetyCheckerTensors()),
    "scheduler/scheduler_config.json": SCHEDULER,
    "text_encoder/config.json": {
      ...TEXT_ENCODER,
      bos_token_id: start,
      eos_token_id: end,
      pad_token_id: end,
      vocab_size: vocabularySize,
    },
    "text_encoder/model.safetensors": weights(textEncoderTensors(vocabularySize)),
    "tokenizer/merges.txt": encode(merges),
    "tokenizer/special_tokens_map.json": SPECIAL_TOKENS,
    "tokenizer/tokenizer_config.json": TOKENIZER,
    "tokenizer/vocab.json": vocabulary,
    "unet/config.json": UNET,
    "unet/diffusion_pytorch_model.safetensors": weights(unetTensors()),
    "vae/config.json": VAE,
    "vae/diffusion_pytorch_model.safetensors": weights(vaeTensors()),
  };
  return Object.entries(files).map(([path, content]) => ({
    path: `base_model/${path}`,
    bytes: content instanceof Uint8Array ? content : encode(`${JSON.stringify(content, null, 2)}\n`),
  }));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Small half-precision numbers that differ; the high byte keeps clear of infinity and not-a-number. */
function weights(tensors: readonly TensorSpec[]): Uint8Array {
  return writeSafetensors(tensors, (index) => (index % 2 === 0 ? (index * 37) & 0xff : 0x20 | ((index >> 1) & 0x83)));
}

/** Byte-pair tables in CLIP's form: every sign inside a word and at its end, then the merges. */
function tokenizerTables(): { vocabulary: Record<string, number>; merges: string } {
  const signs = [..."abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'-"];
  const pairs = [
    "t h",
    "th e</w>",
    "a n",
    "an d</w>",
    "i n",
    "in g</w>",
    "c a",
    "ca t</w>",
    "d o",
    "do g</w>",
    "o f</w>",
  ];
  const tokens = [
    ...signs,
    ...signs.map((sign) => `${sign}</w>`),
    ...pairs.map((pair) => pair.replace(" ", "")),
    "<|startoftext|>",
    "<|endoftext|>",
  ];
  return {
    vocabulary: Object.fromEntries(tokens.map((token, index) => [token, index])),
    merges: `#version: 0.2\n${pairs.join("\n")}\n`,
  };
}

const MADE_WITH = "0.15.0";

const MODEL_INDEX = {
  _class_name: "StableDiffusionPipeline",
  _diffusers_version: MADE_WITH,
  feature_extractor: ["transformers", "CLIPFeatureExtractor"],
  requires_safety_checker: true,
  safety_checker: ["stable_diffusion", "StableDiffusionSafetyChecker"],
  scheduler: ["diffusers", "PNDMScheduler"],
  text_encoder: ["transformers", "CLIPTextModel"],
  tokenizer: ["transformers", "CLIPTokenizer"],
  unet: ["diffusers", "UNet2DConditionModel"],
  vae: ["diffusers", "AutoencoderKL"],
};

const PREPROCESSOR = {
  crop_size: SAMPLE_VISION.image,
  do_center_crop: true,
  do_convert_rgb: true,
  do_normalize: true,
  do_resize: true,
  feature_extractor_type: "CLIPFeatureExtractor",
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
  size: SAMPLE_VISION.image,
};

const SAFETY_CHECKER = {
  architectures: ["StableDiffusionSafetyChecker"],
  model_type: "clip",
  projection_dim: SAMPLE_VISION.projection,
  text_config: { model_type: "clip_text_model" },
  torch_dtype: "float16",
  vision_config: {
    hidden_act: "quick_gelu",
    hidden_size: SAMPLE_VISION.width,
    image_size: SAMPLE_VISION.image,
    intermediate_size: SAMPLE_VISION.inner,
    model_type: "clip_vision_model",
    num_attention_heads: 2,
    num_hidden_layers: 1,
    patch_size: SAMPLE_VISION.patch,
    projection_dim: SAMPLE_VISION.projection,
  },
};

const SCHEDULER = {
  _class_name: "PNDMScheduler",
  _diffusers_version: MADE_WITH,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  clip_sample: false,
  num_train_timesteps: 1000,
  prediction_type: "epsilon",
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  trained_betas: null,
};

const TEXT_ENCODER = {
  architectures: ["CLIPTextModel"],
  attention_dropout: 0,
  hidden_act: "quick_gelu",
  hidden_size: SAMPLE_TEXT_WIDTH,
  initializer_factor: 1,
  initializer_range: 0.02,
  intermediate_size: 3072,
  layer_norm_eps: 0.00001,
  max_position_embeddings: SAMPLE_POSITIONS,
  model_type: "clip_text_model",
  num_attention_heads: 12,
  num_hidden_layers: 0,
  projection_dim: SAMPLE_TEXT_WIDTH,
  torch_dtype: "float16",
};

const SPECIAL_TOKENS = {
  bos_token: "<|startoftext|>",
  eos_token: "<|endoftext|>",
  pad_token: "<|endoftext|>",
  unk_token: "<|endoftext|>",
};

const TOKENIZER = {
  ...SPECIAL_TOKENS,
  add_prefix_space: false,
  do_lower_case: true,
  errors: "replace",
  model_max_length: SAMPLE_POSITIONS,
  tokenizer_class: "CLIPTokenizer",
};

const FOUR_BLOCKS = [SAMPLE_CHANNELS, SAMPLE_CHANNELS, SAMPLE_CHANNELS, SAMPLE_CHANNELS];

const UNET = {
  _class_name: "UNet2DConditionModel",
  _diffusers_version: MADE_WITH,
  act_fn: "silu",
  attention_head_dim: 2,
  block_out_channels: FOUR_BLOCKS,
  center_input_sample: false,
  cross_attention_dim: SAMPLE_TEXT_WIDTH,
  down_block_types: ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
  downsample_padding: 1,
  flip_sin_to_cos: true,
  freq_shift: 0,
  in_channels: 4,
  layers_per_block: 1,
  mid_block_scale_factor: 1,
  norm_eps: 0.00001,
  norm_num_groups: SAMPLE_VAE_GROUPS,
  out_channels: 4,
  sample_size: 64,
  up_block_types: ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
};

const VAE = {
  _class_name: "AutoencoderKL",
  _diffusers_version: MADE_WITH,
  act_fn: "silu",
  block_out_channels: FOUR_BLOCKS,
  down_block_types: ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
  in_channels: 3,
  latent_channels: 4,
  layers_per_block: 1,
  norm_num_groups: SAMPLE_VAE_GROUPS,
  out_channels: 3,
  sample_size: 512,
  up_block_types: ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
};
