/** Model folders of a few hundred bytes whose files are what their names say. */

export type Files = Record<string, string | Uint8Array>;

/** A safetensors file with these tensors, zeros inside. */
export function safetensors(tensors: Record<string, number[]> = { weight: [2] }, dtype = "F16"): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  for (const [name, shape] of Object.entries(tensors)) {
    const bytes = shape.reduce((product, side) => product * side, 2);
    header[name] = { dtype, shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, Buffer.alloc(at)]);
}

export const MODEL_INDEX = {
  _class_name: "StableDiffusionPipeline",
  _diffusers_version: "0.6.0",
  feature_extractor: ["transformers", "CLIPImageProcessor"],
  safety_checker: ["stable_diffusion", "StableDiffusionSafetyChecker"],
  scheduler: ["diffusers", "PNDMScheduler"],
  text_encoder: ["transformers", "CLIPTextModel"],
  tokenizer: ["transformers", "CLIPTokenizer"],
  unet: ["diffusers", "UNet2DConditionModel"],
  vae: ["diffusers", "AutoencoderKL"],
};

/** A complete diffusers folder of SD 1.x, below `base_model/`. */
export function baseModel(): Files {
  const files: Files = {
    "model_index.json": JSON.stringify(MODEL_INDEX),
    "feature_extractor/preprocessor_config.json": "{}",
    "safety_checker/config.json": "{}",
    "safety_checker/model.safetensors": safetensors(),
    "scheduler/scheduler_config.json": "{}",
    "text_encoder/config.json": "{}",
    "text_encoder/model.safetensors": safetensors(),
    "tokenizer/vocab.json": "{}",
    "tokenizer/merges.txt": "",
    "unet/config.json": JSON.stringify({ in_channels: 4, cross_attention_dim: 768 }),
    "unet/diffusion_pytorch_model.safetensors": safetensors(),
    "vae/config.json": "{}",
    "vae/diffusion_pytorch_model.safetensors": safetensors(),
  };
  return Object.fromEntries(Object.entries(files).map(([path, body]) => [`base_model/${path}`, body]));
}

export const TRANSLATE: Files = {
  "translate/configuration.json": "{}",
  "translate/tf_ckpts/ckpt-0.data-00000-of-00001": "weights",
};
