import { describe, expect, test } from "vitest";
import { foreignPipeline, type Identity, identifyTensors } from "./identify";
import type { Tensor } from "./safetensors";
import { parseHeader } from "./safetensors";
import { sampleModel } from "./sample";

const tensors = (shapes: Record<string, number[]>, dtype = "F16"): Map<string, Tensor> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype, shape }]));

const UNET = "model.diffusion_model.";
const whole = (width: number, channels: number, text: string) => ({
  [`${UNET}input_blocks.0.0.weight`]: [320, channels, 3, 3],
  [`${UNET}input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight`]: [320, width],
  "first_stage_model.decoder.conv_in.weight": [512, 4, 3, 3],
  [text]: [1],
});
const SD1_TEXT = "cond_stage_model.transformer.text_model.x";
const SD2_TEXT = "cond_stage_model.model.transformer.resblocks.0.x";
const LORA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";

const CASES: [name: string, shapes: Record<string, number[]>, expected: Partial<Identity>][] = [
  ["SD 1.5", whole(768, 4, SD1_TEXT), { kind: "sd15", inChannels: 4, width: 768, missingParts: [] }],
  ["SD 2.1", whole(1024, 4, SD2_TEXT), { kind: "sd2", width: 1024 }],
  ["SD 1.5 inpainting", whole(768, 9, SD1_TEXT), { kind: "sd15", inChannels: 9 }],
  ["instruct-pix2pix", whole(768, 8, SD1_TEXT), { kind: "sd15", inChannels: 8 }],
  ["SD 2 depth", whole(1024, 5, SD2_TEXT), { kind: "sd2", inChannels: 5 }],
  ["a checkpoint without text encoder", whole(768, 4, "x"), { kind: "sd15", missingParts: ["text encoder"] }],
  ["a full checkpoint", { ...whole(768, 4, SD1_TEXT), "model_ema.decay": [1] }, { kind: "sd15", hasEma: true }],
  [
    "SDXL",
    {
      [`${UNET}input_blocks.0.0.weight`]: [320, 4, 3, 3],
      [`${UNET}input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight`]: [640, 2048],
      "conditioner.embedders.1.model.x": [1],
      "first_stage_model.x": [1],
    },
    { kind: "sdxl" },
  ],
  [
    "SDXL refiner",
    {
      [`${UNET}input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight`]: [768, 1280],
      "conditioner.embedders.0.model.x": [1],
      "first_stage_model.x": [1],
    },
    { kind: "sdxl_refiner" },
  ],
  ["SD 3", { [`${UNET}joint_blocks.0.x_block.attn.qkv.weight`]: [1, 1] }, { kind: "sd3" }],
  ["SD 3 by diffusers", { "transformer_blocks.0.attn.add_k_proj.weight": [1, 1] }, { kind: "sd3" }],
  ["Flux", { "double_blocks.0.img_attn.qkv.weight": [1, 1], "single_blocks.0.linear1.weight": [1] }, { kind: "flux" }],
  ["Flux by diffusers", { "single_transformer_blocks.0.attn.to_k.weight": [1, 1] }, { kind: "flux" }],
  ["PixArt", { "adaln_single.linear.weight": [1, 1] }, { kind: "pixart" }],
  ["Kandinsky", { "add_embedding.image_norm.weight": [1] }, { kind: "kandinsky" }],
  ["Stable Cascade", { "down_blocks.0.0.channelwise.0.weight": [1] }, { kind: "cascade" }],
  ["Stable Video Diffusion", { [`${UNET}input_blocks.1.0.time_stack.in_layers.0.weight`]: [1] }, { kind: "video" }],
  ["Wan", { "text_embedding.0.weight": [1, 1], "blocks.0.self_attn.q.weight": [1, 1] }, { kind: "video" }],
  [
    "AnimateDiff's module",
    { "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight": [1] },
    { kind: "motion" },
  ],
  [
    "a LoRA of kohya for SD 1",
    { [`${LORA}.lora_down.weight`]: [8, 768], [`${LORA}.alpha`]: [] },
    { kind: "lora", layout: "kohya", base: "sd15", width: 768 },
  ],
  ["a LoRA of kohya for SD 2", { [`${LORA}.lora_down.weight`]: [8, 1024] }, { kind: "lora", base: "sd2" }],
  [
    "a LoRA of kohya for SDXL",
    { "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight": [8, 2048] },
    { kind: "lora", base: "sdxl" },
  ],
  [
    "a LoRA with two text encoders",
    { "lora_te2_text_model_x.lora_down.weight": [1, 1] },
    { kind: "lora", base: "sdxl" },
  ],
  [
    "a LoRA of text only",
    { "lora_te_text_model_encoder_layers_0_self_attn_k_proj.lora_down.weight": [1, 768] },
    { kind: "lora", base: "sd15" },
  ],
  [
    "a LoRA of diffusers",
    { "down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight": [4, 768] },
    { kind: "lora", layout: "diffusers", base: "sd15" },
  ],
  [
    "a LoRA of PEFT",
    { "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": [4, 768] },
    { kind: "lora", layout: "peft", base: "sd15" },
  ],
  [
    "a LoRA for Flux",
    { "transformer.single_transformer_blocks.0.attn.to_k.lora_A.weight": [4, 3072] },
    { kind: "lora", base: "flux" },
  ],
  ["LoHa", { [`${LORA}.hada_w1_a`]: [1, 1] }, { kind: "lycoris", variant: "LoHa" }],
  ["LoKr", { [`${LORA}.lokr_w1`]: [1, 1] }, { kind: "lycoris", variant: "LoKr" }],
  ["OFT", { [`${LORA}.oft_blocks`]: [1, 1] }, { kind: "lycoris", variant: "OFT" }],
  ["IA³", { [`${LORA}.on_input`]: [1] }, { kind: "lycoris", variant: "IA³" }],
  [
    "LoCon",
    { [`${LORA}.lora_mid.weight`]: [1, 1, 3, 3], [`${LORA}.lora_down.weight`]: [1, 1] },
    { kind: "lycoris", variant: "LoCon" },
  ],
  [
    "a ControlNet by diffusers",
    {
      "controlnet_cond_embedding.conv_in.weight": [1],
      "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": [320, 768],
    },
    { kind: "controlnet", layout: "diffusers", base: "sd15", width: 768 },
  ],
  [
    "a ControlNet of the first format",
    {
      "control_model.input_hint_block.0.weight": [1],
      "control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [320, 1024],
    },
    { kind: "controlnet", layout: "original", base: "sd2" },
  ],
  ["LLLite", { "lllite_unet_x.conditioning1.0.weight": [1] }, { kind: "control_lora" }],
  ["a T2I-Adapter", { "adapter.body.0.resnets.0.block1.weight": [1] }, { kind: "t2i_adapter" }],
  ["an IP-Adapter", { "ip_adapter.1.to_k_ip.weight": [320, 768] }, { kind: "ip_adapter", base: "sd15" }],
  [
    "a VAE of the original code",
    { "encoder.conv_in.weight": [1], "decoder.up.0.block.0.conv1.weight": [1] },
    { kind: "vae" },
  ],
  [
    "a text encoder",
    { "text_model.embeddings.token_embedding.weight": [49408, 768] },
    { kind: "text_encoder", width: 768 },
  ],
  ["T5", { "encoder.block.0.layer.0.SelfAttention.q.weight": [1, 1] }, { kind: "text_encoder" }],
  ["an image encoder", { "vision_model.embeddings.class_embedding": [1024] }, { kind: "image_encoder" }],
  ["a safety checker", { concept_embeds: [17, 768], "vision_model.vision_model.x": [1] }, { kind: "safety_checker" }],
  ["a textual inversion", { emb_params: [8, 768] }, { kind: "embedding", base: "sd15" }],
  ["a textual inversion of two encoders", { clip_l: [8, 768], clip_g: [8, 1280] }, { kind: "embedding", base: "sdxl" }],
  ["a textual inversion by diffusers", { "<cat-toy>": [1024] }, { kind: "embedding", base: "sd2" }],
  ["an upscaler", { "params_ema.conv_first.weight": [64, 3, 3, 3] }, { kind: "upscaler" }],
  ["a hypernetwork", { "768.0.linear.0.weight": [1, 1] }, { kind: "hypernetwork" }],
  [
    "a UNet of the original code alone",
    { "input_blocks.0.0.weight": [320, 4, 3, 3] },
    { kind: "unet", layout: "original" },
  ],
  ["numbers of no known model", { "layer1.weight": [1] }, { kind: "unknown" }],
  ["nothing", {}, { kind: "unknown" }],
];

describe("identifyTensors", () => {
  test.each(CASES)("%s", (_name, shapes, expected) => {
    expect(identifyTensors(tensors(shapes))).toMatchObject(expected);
  });

  test.each([
    ["unet", { kind: "unet", base: "sd15", inChannels: 4, width: 768, layout: "diffusers" }],
    ["vae", { kind: "vae" }],
    ["text_encoder", { kind: "text_encoder", base: "sd15" }],
    ["safety_checker", { kind: "safety_checker" }],
  ])("the sample's %s", (folder, expected) => {
    const file = sampleModel().find(
      ({ path }) => path.startsWith(`base_model/${folder}/`) && path.endsWith(".safetensors"),
    );
    const bytes = file?.bytes ?? new Uint8Array();
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { header } = parseHeader(bytes.subarray(8, 8 + length), bytes.length);
    expect(identifyTensors(header?.tensors ?? new Map())).toMatchObject({ ...expected, precision: "fp16" });
  });

  test("says what decided, with its shape", () => {
    expect(identifyTensors(tensors(whole(768, 4, SD1_TEXT))).proof).toBe(
      "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight [320, 768]",
    );
  });

  test.each([
    ["fp16", tensors({ a: [100] }), "fp16"],
    ["nearly all bf16", new Map([...tensors({ a: [1000] }, "BF16"), ...tensors({ b: [1] }, "F32")]), "bf16"],
    ["two kinds", new Map([...tensors({ a: [100] }, "F8_E4M3"), ...tensors({ b: [50] }, "F16")]), "fp8 + fp16"],
    ["indexes only", tensors({ a: [100] }, "I64"), undefined],
  ])("precision: %s", (_name, given, expected) => expect(identifyTensors(given).precision).toBe(expected));
});

test.each([
  ["StableDiffusionPipeline", undefined],
  ["StableDiffusionInpaintPipeline", undefined],
  ["StableDiffusionXLImg2ImgPipeline", "sdxl"],
  ["StableDiffusion3Pipeline", "sd3"],
  ["FluxPipeline", "flux"],
  ["PixArtSigmaPipeline", "pixart"],
  ["KandinskyV22Pipeline", "kandinsky"],
  ["StableCascadeDecoderPipeline", "cascade"],
  ["StableVideoDiffusionPipeline", "video"],
  ["WanPipeline", "video"],
  ["QwenImagePipeline", "other"],
])("%s is a pipeline of %s", (className, kind) => expect(foreignPipeline(className)).toBe(kind));
