/**
 * The configuration of a ControlNet for Stable Diffusion 1.x, as its class in diffusers 0.15 reads it. All of them are a copy
 * of the same UNet's first half, so that one set of numbers fits the eight kinds; what tells them apart is in the weights.
 */
const SD15_CONTROLNET = {
  _class_name: "ControlNetModel",
  act_fn: "silu",
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  class_embed_type: null,
  conditioning_embedding_out_channels: [16, 32, 96, 256],
  controlnet_conditioning_channel_order: "rgb",
  cross_attention_dim: 768,
  down_block_types: ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
  downsample_padding: 1,
  flip_sin_to_cos: true,
  freq_shift: 0,
  in_channels: 4,
  layers_per_block: 2,
  mid_block_scale_factor: 1,
  norm_eps: 0.00001,
  norm_num_groups: 32,
  num_class_embeds: null,
  only_cross_attention: false,
  projection_class_embeddings_input_dim: null,
  resnet_time_scale_shift: "default",
  upcast_attention: false,
  use_linear_projection: false,
};

/** The normal map's channels lie the other way round (reference: diffusers-service.md §4.4). */
export function controlnetConfig(preset: string): string {
  const order = preset === "normal" ? "bgr" : "rgb";
  return `${JSON.stringify({ ...SD15_CONTROLNET, controlnet_conditioning_channel_order: order }, null, 2)}\n`;
}
