import type { ModelKind } from "./kinds";
import type { Tensor } from "./safetensors";

/** How the names are written: by the original code, by diffusers, by kohya's trainer, by PEFT. */
export type TensorLayout = "original" | "diffusers" | "kohya" | "peft";

export interface Identity {
  kind: ModelKind;
  /** Which base model an add-on or a part is made for. */
  base?: ModelKind;
  /** Channels of the UNet's input: 4 ordinary, 8 instruct-pix2pix, 9 inpainting. */
  inChannels?: number;
  /** Width of the text embeddings that the UNet, ControlNet or LoRA listens to. */
  width?: number;
  layout?: TensorLayout;
  /** LoHa, LoKr …: a name of its own, never translated. */
  variant?: string;
  /** fp32, fp16, bf16, fp8 or several. */
  precision?: string;
  /** A second copy of the weights, averaged over the training, that nothing reads. */
  hasEma?: boolean;
  /** Parts that the conversion needs and that are not in the file. */
  missingParts: string[];
  /** The tensor that decided, with its shape. */
  proof?: string;
}

export type TensorMap = ReadonlyMap<string, Tensor | undefined>;

/** Add-ons first: their names contain those of the models that they are made for. First match wins. */
const BY_NAME: readonly (readonly [RegExp, ModelKind, string?])[] = [
  [/^.*\.hada_w1_a$/m, "lycoris", "LoHa"],
  [/^.*\.lokr_w[12](_a)?$/m, "lycoris", "LoKr"],
  [/^.*\.oft_(diag|blocks)$/m, "lycoris", "OFT"],
  [/^.*\.on_input$/m, "lycoris", "IA³"],
  [/^lora_.*\.(a1|b1)\.weight$/m, "lycoris", "GLoRA"],
  [/^lora_.*\.lora_mid\.weight$/m, "lycoris", "LoCon"],
  [/^lora_(unet|te\d?)_.*\.diff(_b)?$/m, "lycoris", "Full"],
  [/^lllite_.*$/m, "control_lora", "LLLite"],
  [/^lora_controlnet$/m, "control_lora"],
  [/^.*motion_modules\..*lora.*$/m, "motion"],
  [
    /^(lora_(unet|te\d?|transformer)_.*|.*\.lora_(down|up|A|B)(\.\w+)?\.weight|.*\.lora\.(down|up)\.weight|.*_lora\.(down|up)\.weight|.*\.lora_linear_layer\..*)$/m,
    "lora",
  ],
  [/^(ip_adapter\.|image_proj\.).*$/m, "ip_adapter"],
  [/^(adapter\.)?body\.\d+\.(resnets\.\d+\.)?block1\.weight$/m, "t2i_adapter"],
  [
    /^(control_model\.|controlnet_cond_embedding\.|controlnet_down_blocks\.|input_hint_block\.|zero_convs\.).*$/m,
    "controlnet",
  ],
  [/^.*(motion_modules|temporal_transformer)\..*$/m, "motion"],
];

/** Other architectures, by a tensor that only they have. */
const FOREIGN_NAMES: readonly (readonly [RegExp, ModelKind])[] = [
  [
    /^.*(individual_token_refiner|time_stack|temp_convs|temporal_embedding|\.temp_attentions|blocks\.\d+\.cross_attn\.k_img).*$/m,
    "video",
  ],
  [
    /^(model\.diffusion_model\.)?(text_embedding\.0\.weight|patch_embed\.text_proj\.weight|time_projection\.1\.weight)$/m,
    "video",
  ],
  [/^.*double_blocks\.\d+\.img_attn.*$/m, "flux"],
  [/^(transformer\.)?single_transformer_blocks\.\d+\..*$/m, "flux"],
  [/^.*joint_blocks\.\d+\..*$/m, "sd3"],
  [/^(transformer\.)?transformer_blocks\.\d+\.attn\.add_[kq]_proj\.weight$/m, "sd3"],
  [/^.*(adaln_single\.|caption_projection\.|y_embedder\.y_embedding|t_block\.1\.weight).*$/m, "pixart"],
  [/^(add_embedding\.image_norm|encoder_hid_proj\.image_embeds|prior_embedding|clip_to_seq).*$/m, "kandinsky"],
  [/^.*(effnet_mapper|clip_txt_pooled_mapper|down_blocks\.0\.0\.channelwise).*$/m, "cascade"],
  [/^.*(double_layers\.\d+\.attn|noise_augmentor\.|pooler\.positional_embedding).*$/m, "other"],
];

const PARTS: readonly (readonly [RegExp, ModelKind])[] = [
  [/^concept_embeds(_weights)?$/m, "safety_checker"],
  [/^(emb_params|string_to_param\..*|clip_[lg]|<[^>]*>)$/m, "embedding"],
  [
    /^(text_model\.(encoder|embeddings|final_layer_norm)\..*|transformer\.resblocks\..*|encoder\.block\.0\.layer\..*|shared\.weight)$/m,
    "text_encoder",
  ],
  [/^(vision_model\..*|visual\.transformer\..*)$/m, "image_encoder"],
  [
    /^(encoder\.conv_in|decoder\.conv_in|first_stage_model\.|encoder\.down\.|decoder\.up\.|decoder\.layers\.\d).*$/m,
    "vae",
  ],
  [
    /^(params_ema\..*|params\..*|conv_first\..*|model\.\d+\.(sub|weight|RDB).*|body\.\d+\.rdb1\..*|layers\.0\.residual_group\..*)$/m,
    "upscaler",
  ],
  [/^\d{3,4}\.\d\..*$/m, "hypernetwork"],
];

const ORIGINAL_UNET = /^model\.diffusion_model\.(input_blocks|middle_block|output_blocks)\..*$/m;
const VAE_NAMES = /^first_stage_model\./m;
const TEXT_NAMES = /^(cond_stage_model|conditioner)\./m;
const BARE_ORIGINAL_UNET = /^(input_blocks|middle_block|output_blocks)\.\d+\..*$/m;
const DIFFUSERS_UNET = /^(down_blocks|mid_block|up_blocks)\..*|^(conv_in|time_embedding\.linear_1)\.weight$/m;

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[0];

/** Names decide what it is; shapes, where known, for which model. */
export function identifyTensors(tensors: TensorMap): Identity {
  const names = [...tensors.keys()].join("\n");
  const identity = kindOf(names, tensors);
  const precision = precisionOf(tensors);
  return {
    ...identity,
    ...(precision === undefined ? {} : { precision }),
    ...(/^model_ema\./m.test(names) ? { hasEma: true } : {}),
  };
}

function kindOf(names: string, tensors: TensorMap): Identity {
  const found = (kind: ModelKind, name: string, more: Partial<Identity> = {}): Identity => ({
    kind,
    missingParts: [],
    proof: shown(tensors, name),
    ...more,
  });
  // A whole model stays one although a ControlNet lies in the same file: the conversion takes its own names and no others.
  const isWhole = ORIGINAL_UNET.test(names) && VAE_NAMES.test(names) && TEXT_NAMES.test(names);
  for (const [pattern, kind, variant] of BY_NAME) {
    const name = first(names, pattern);
    if (name === undefined || (isWhole && kind === "controlnet")) continue;
    return found(kind, name, { ...addOn(kind, names, tensors), ...(variant === undefined ? {} : { variant }) });
  }
  for (const [pattern, kind] of FOREIGN_NAMES) {
    const name = first(names, pattern);
    if (name !== undefined) return found(kind, name);
  }
  if (ORIGINAL_UNET.test(names)) return latentDiffusion(names, tensors);
  const unet = first(names, DIFFUSERS_UNET) ?? first(names, BARE_ORIGINAL_UNET);
  const part = PARTS.find(([pattern]) => pattern.test(names));
  if (part && !(unet && part[1] === "upscaler"))
    return found(part[1], first(names, part[0]) ?? "", partOf(part[1], tensors));
  if (unet !== undefined) return found("unet", unet, unetOf(names, tensors));
  return { kind: "unknown", missingParts: [] };
}

function shown(tensors: TensorMap, name: string): string {
  const tensor = tensors.get(name);
  return tensor ? `${name} [${tensor.shape.join(", ")}]` : name;
}

/** Width of the text embeddings: the input side of a cross-attention's key projection. */
function crossWidth(tensors: TensorMap): { name: string; width: number } | undefined {
  for (const [name, tensor] of tensors) {
    if (
      !/attn2[._]to_k[._](weight|lora_down|lora_A|lora\.down|hada_w1_b|lokr)/.test(name) &&
      !/attn2.*to_k_lora\.down/.test(name)
    )
      continue;
    const width = tensor?.shape[1];
    if (width !== undefined && width > 0) return { name, width };
  }
  return undefined;
}

function addOn(kind: ModelKind, names: string, tensors: TensorMap): Partial<Identity> {
  const cross = crossWidth(tensors);
  const base = baseOfAddOn(kind, names, tensors, cross?.width);
  const layout: TensorLayout | undefined = /^lora_(unet|te\d?|transformer)_/m.test(names)
    ? "kohya"
    : /\.lora_[AB]\./.test(names)
      ? "peft"
      : /^(control_model|input_hint_block|zero_convs)\b/m.test(names)
        ? "original"
        : "diffusers";
  return {
    layout,
    ...(base === undefined ? {} : { base }),
    ...(cross === undefined ? {} : { width: cross.width, proof: shown(tensors, cross.name) }),
  };
}

function baseOfAddOn(kind: ModelKind, names: string, tensors: TensorMap, width?: number): ModelKind | undefined {
  if (/double_blocks|single_transformer_blocks|single_blocks/.test(names)) return "flux";
  if (/joint_blocks|attn[._]add_k_proj/.test(names)) return "sd3";
  // SD 1 and 2 have one transformer block at each place, SDXL up to ten; its second text encoder gives it away too.
  if (/^lora_te2_/m.test(names) || /lora_unet_(input|middle|output)_blocks?_/.test(names)) return "sdxl";
  if (/(attentions?|input_blocks|middle_block|output_blocks|blocks)[._\d]*transformer_blocks[._][1-9]/.test(names))
    return "sdxl";
  if (kind === "ip_adapter") {
    // Keys of the image prompt: as wide as the text embeddings.
    for (const [name, tensor] of tensors) {
      if (/to_k_ip\.weight$/.test(name)) return known(kindOfWidth(tensor?.shape[1]));
    }
  }
  const byWidth = known(kindOfWidth(width));
  if (byWidth) return byWidth;
  for (const [name, tensor] of tensors) {
    if (/^lora_te_.*_(q|k|v)_proj\.lora_down\.weight$/.test(name)) return known(kindOfWidth(tensor?.shape[1]));
  }
  return undefined;
}

const known = (kind: ModelKind): ModelKind | undefined => (kind === "unknown" ? undefined : kind);

function partOf(kind: ModelKind, tensors: TensorMap): Partial<Identity> {
  if (kind !== "embedding" && kind !== "text_encoder") return {};
  const [name, tensor] =
    [...tensors].find(([key]) => (kind === "embedding" ? true : /token_embedding\.weight$/.test(key))) ?? [];
  const width = tensor?.shape.at(-1);
  if (width === undefined || name === undefined) return {};
  const isBoth = tensors.has("clip_g");
  const base = isBoth ? "sdxl" : known(kindOfWidth(width));
  return { width, proof: shown(tensors, name), ...(base ? { base } : {}) };
}

/** A UNet by itself, in either layout. */
function unetOf(names: string, tensors: TensorMap): Partial<Identity> {
  const cross = crossWidth(tensors);
  const base = /^add_embedding\.linear_1/m.test(names) ? "sdxl" : known(kindOfWidth(cross?.width));
  const inChannels = (tensors.get("conv_in.weight") ?? tensors.get("input_blocks.0.0.weight"))?.shape[1];
  return {
    layout: BARE_ORIGINAL_UNET.test(names) ? "original" : "diffusers",
    ...(base ? { base } : {}),
    ...(cross ? { width: cross.width, proof: shown(tensors, cross.name) } : {}),
    ...(inChannels === undefined ? {} : { inChannels }),
  };
}

const UNET = "model.diffusion_model.";

/** A whole model in one file, in the layout of the original Stable Diffusion code. */
function latentDiffusion(names: string, tensors: TensorMap): Identity {
  const inChannels = tensors.get(`${UNET}input_blocks.0.0.weight`)?.shape[1];
  const missingParts: string[] = [];
  if (!VAE_NAMES.test(names)) missingParts.push("VAE");
  if (!TEXT_NAMES.test(names)) missingParts.push("text encoder");
  const cross = crossWidth(tensors);
  const text = first(names, /^(cond_stage_model|conditioner)\..*$/m);
  let kind: ModelKind = "unknown";
  if (cross?.width === 2048 || /^conditioner\.embedders\.1\./m.test(names)) kind = "sdxl";
  else if (cross?.width === 1280) kind = "sdxl_refiner";
  // SDXL has no attention at the first places, and a conditioner with two encoders (its refiner: one).
  else if (/^conditioner\.|^model\.diffusion_model\.label_emb\.0\.0\.weight$/m.test(names)) kind = "sdxl";
  else if (cross?.width === 1024 || /^cond_stage_model\.model\./m.test(names)) kind = "sd2";
  else if (cross?.width === 768 || /^cond_stage_model\.transformer\./m.test(names)) kind = "sd15";
  const proof = cross ? shown(tensors, cross.name) : text;
  return {
    kind,
    missingParts,
    layout: "original",
    ...(inChannels === undefined ? {} : { inChannels }),
    ...(cross === undefined ? {} : { width: cross.width }),
    ...(proof === undefined ? {} : { proof }),
  };
}

/** From `cross_attention_dim` of a UNet or ControlNet config, or the shape of a tensor. */
export function kindOfWidth(width: unknown): ModelKind {
  if (width === 768) return "sd15";
  if (width === 1024) return "sd2";
  if (width === 2048 || width === 1280) return "sdxl";
  return "unknown";
}

/** From `_class_name` of model_index.json; `undefined` for those of Stable Diffusion 1 and 2. */
export function foreignPipeline(className: string): ModelKind | undefined {
  if (/Video|Animate|I2VGen|CogVideo|Mochi|Wan|LTX|HunyuanVideo/.test(className)) return "video";
  if (/StableDiffusionXL.*Refiner/.test(className)) return "sdxl_refiner";
  if (/XL/.test(className)) return "sdxl";
  if (/StableDiffusion3/.test(className)) return "sd3";
  if (/^(Flux|Chroma)/.test(className)) return "flux";
  if (/^(PixArt|Sana|HunyuanDiT|Lumina)/.test(className)) return className.startsWith("PixArt") ? "pixart" : "other";
  if (/^(Kandinsky|KandinskyV22)/.test(className)) return "kandinsky";
  if (/^(StableCascade|Wuerstchen)/.test(className)) return "cascade";
  return /^(StableDiffusion|AltDiffusion|LatentDiffusion|DiffusionPipeline|StableUnCLIP)/.test(className)
    ? undefined
    : "other";
}

const PRECISIONS: Readonly<Record<string, string>> = {
  F64: "fp64",
  F32: "fp32",
  F16: "fp16",
  BF16: "bf16",
  F8_E4M3: "fp8",
  F8_E5M2: "fp8",
  F4: "fp4",
  I8: "int8",
  U8: "int8",
};

/** The number type of nearly all numbers; two when each has a tenth or more. */
function precisionOf(tensors: TensorMap): string | undefined {
  const counts = new Map<string, number>();
  let total = 0;
  for (const tensor of tensors.values()) {
    const name = tensor && PRECISIONS[tensor.dtype];
    if (!tensor || name === undefined) continue;
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    counts.set(name, (counts.get(name) ?? 0) + size);
    total += size;
  }
  const large = [...counts].filter(([, size]) => size >= total / 10).sort((a, b) => b[1] - a[1]);
  return large.length === 0 ? undefined : large.map(([name]) => name).join(" + ");
}
