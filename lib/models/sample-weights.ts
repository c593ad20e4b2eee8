/**
 * Tensor names and shapes of a Stable Diffusion 1 model with 8 channels instead of 320: the same blocks in the same order as
 * `diffusers` and `transformers` save them, so that loaders and checks meet nothing unusual.
 */
export interface TensorSpec {
  name: string;
  dtype: "F16";
  shape: readonly number[];
}

export const SAMPLE_CHANNELS = 8;
export const SAMPLE_VAE_GROUPS = 4;
/** Width of the text encoder: what makes the model one of the 1.x family. */
export const SAMPLE_TEXT_WIDTH = 768;
export const SAMPLE_POSITIONS = 77;
export const SAMPLE_VISION = { width: 16, inner: 32, image: 224, patch: 32, projection: 16 } as const;

const C = SAMPLE_CHANNELS;
const TIME = C * 4;

const tensor = (name: string, ...shape: number[]): TensorSpec => ({ name, dtype: "F16", shape });
const affine = (name: string, size: number) => [tensor(`${name}.weight`, size), tensor(`${name}.bias`, size)];
const linear = (name: string, from: number, to: number) => [
  tensor(`${name}.weight`, to, from),
  tensor(`${name}.bias`, to),
];
const conv = (name: string, from: number, to: number, kernel = 3) => [
  tensor(`${name}.weight`, to, from, kernel, kernel),
  tensor(`${name}.bias`, to),
];

function resnet(name: string, from: number, to: number, hasTime: boolean): TensorSpec[] {
  return [
    ...affine(`${name}.norm1`, from),
    ...conv(`${name}.conv1`, from, to),
    ...(hasTime ? linear(`${name}.time_emb_proj`, TIME, to) : []),
    ...affine(`${name}.norm2`, to),
    ...conv(`${name}.conv2`, to, to),
    ...(from === to ? [] : conv(`${name}.conv_shortcut`, from, to, 1)),
  ];
}

function attention(name: string, keyWidth: number): TensorSpec[] {
  return [
    tensor(`${name}.to_q.weight`, C, C),
    tensor(`${name}.to_k.weight`, C, keyWidth),
    tensor(`${name}.to_v.weight`, C, keyWidth),
    ...linear(`${name}.to_out.0`, C, C),
  ];
}

function transformer(name: string): TensorSpec[] {
  const block = `${name}.transformer_blocks.0`;
  return [
    ...affine(`${name}.norm`, C),
    ...conv(`${name}.proj_in`, C, C, 1),
    ...affine(`${block}.norm1`, C),
    ...attention(`${block}.attn1`, C),
    ...affine(`${block}.norm2`, C),
    ...attention(`${block}.attn2`, SAMPLE_TEXT_WIDTH),
    ...affine(`${block}.norm3`, C),
    ...linear(`${block}.ff.net.0.proj`, C, C * 8),
    ...linear(`${block}.ff.net.2`, C * 4, C),
    ...conv(`${name}.proj_out`, C, C, 1),
  ];
}

const BLOCKS = [0, 1, 2, 3];

export function unetTensors(): TensorSpec[] {
  return [
    ...conv("conv_in", 4, C),
    ...linear("time_embedding.linear_1", C, TIME),
    ...linear("time_embedding.linear_2", TIME, TIME),
    ...BLOCKS.flatMap((at) => [
      ...resnet(`down_blocks.${at}.resnets.0`, C, C, true),
      ...(at < 3 ? transformer(`down_blocks.${at}.attentions.0`) : []),
      ...(at < 3 ? conv(`down_blocks.${at}.downsamplers.0.conv`, C, C) : []),
    ]),
    ...resnet("mid_block.resnets.0", C, C, true),
    ...transformer("mid_block.attentions.0"),
    ...resnet("mid_block.resnets.1", C, C, true),
    // Each up block takes the skip connections of its mirror image: twice the channels in.
    ...BLOCKS.flatMap((at) => [
      ...[0, 1].flatMap((layer) => [
        ...resnet(`up_blocks.${at}.resnets.${layer}`, C * 2, C, true),
        ...(at > 0 ? transformer(`up_blocks.${at}.attentions.${layer}`) : []),
      ]),
      ...(at < 3 ? conv(`up_blocks.${at}.upsamplers.0.conv`, C, C) : []),
    ]),
    ...affine("conv_norm_out", C),
    ...conv("conv_out", C, 4),
  ];
}

function vaeMiddle(side: "encoder" | "decoder"): TensorSpec[] {
  const name = `${side}.mid_block`;
  return [
    ...resnet(`${name}.resnets.0`, C, C, false),
    ...affine(`${name}.attentions.0.group_norm`, C),
    ...["query", "key", "value", "proj_attn"].flatMap((part) => linear(`${name}.attentions.0.${part}`, C, C)),
    ...resnet(`${name}.resnets.1`, C, C, false),
  ];
}

export function vaeTensors(): TensorSpec[] {
  return [
    ...conv("encoder.conv_in", 3, C),
    ...BLOCKS.flatMap((at) => [
      ...resnet(`encoder.down_blocks.${at}.resnets.0`, C, C, false),
      ...(at < 3 ? conv(`encoder.down_blocks.${at}.downsamplers.0.conv`, C, C) : []),
    ]),
    ...vaeMiddle("encoder"),
    ...affine("encoder.conv_norm_out", C),
    ...conv("encoder.conv_out", C, 8),
    ...conv("quant_conv", 8, 8, 1),
    ...conv("post_quant_conv", 4, 4, 1),
    ...conv("decoder.conv_in", 4, C),
    ...vaeMiddle("decoder"),
    ...BLOCKS.flatMap((at) => [
      ...[0, 1].flatMap((layer) => resnet(`decoder.up_blocks.${at}.resnets.${layer}`, C, C, false)),
      ...(at < 3 ? conv(`decoder.up_blocks.${at}.upsamplers.0.conv`, C, C) : []),
    ]),
    ...affine("decoder.conv_norm_out", C),
    ...conv("decoder.conv_out", C, 3),
  ];
}

/** No hidden layers: at a width of 768 a single one would weigh 14 MB. Embeddings and the last norm are enough to run. */
export function textEncoderTensors(vocabularySize: number): TensorSpec[] {
  return [
    tensor("text_model.embeddings.token_embedding.weight", vocabularySize, SAMPLE_TEXT_WIDTH),
    tensor("text_model.embeddings.position_embedding.weight", SAMPLE_POSITIONS, SAMPLE_TEXT_WIDTH),
    ...affine("text_model.final_layer_norm", SAMPLE_TEXT_WIDTH),
  ];
}

export function safetyCheckerTensors(): TensorSpec[] {
  const { width, inner, image, patch, projection } = SAMPLE_VISION;
  const vision = "vision_model.vision_model";
  const layer = `${vision}.encoder.layers.0`;
  return [
    tensor("concept_embeds", 17, projection),
    tensor("concept_embeds_weights", 17),
    tensor("special_care_embeds", 3, projection),
    tensor("special_care_embeds_weights", 3),
    tensor(`${vision}.embeddings.class_embedding`, width),
    tensor(`${vision}.embeddings.patch_embedding.weight`, width, 3, patch, patch),
    tensor(`${vision}.embeddings.position_embedding.weight`, (image / patch) ** 2 + 1, width),
    ...affine(`${vision}.pre_layrnorm`, width),
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((part) => linear(`${layer}.self_attn.${part}`, width, width)),
    ...affine(`${layer}.layer_norm1`, width),
    ...linear(`${layer}.mlp.fc1`, width, inner),
    ...linear(`${layer}.mlp.fc2`, inner, width),
    ...affine(`${layer}.layer_norm2`, width),
    ...affine(`${vision}.post_layernorm`, width),
    tensor("visual_projection.weight", projection, width),
  ];
}
