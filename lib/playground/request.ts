import type { GenerateInput } from "./input";
import { RESIZE_MODES } from "./limits";
import { nextSeed } from "./seed";
import { isTaskId } from "./task-id";

/** The JSON of one call: diffusers-service.md, section 5. */
export interface RequestBody {
  task_id: string;
  /** A ControlNet service knows one function only and does not read it. */
  func_name?: "t2i" | "i2i" | "inpaint" | "outpaint";
  prompt: string;
  negative_prompt: string;
  steps: number;
  cfg_scale: number;
  width: number;
  height: number;
  image_num: 1;
  /** Left out = random; the service does not remember it from call to call. */
  seed?: string;
  save_dir: string;
  use_base64: boolean;
  use_translate?: boolean;
  image_base64?: string;
  image_link?: string;
  mask_base64?: string;
  mask_link?: string;
  denoising_strength?: number;
  resize_mode?: number;
  /** Left, right, up, down. */
  expand?: [number, number, number, number];
  expand_type?: string;
  lora_path?: string[];
  lora_attn?: number[];
  controlnet_path?: string;
  process_func?: string;
  control_scale?: number;
}

/** How a picture travels: in the body, or as an address that the service can read. */
export type CarriedImage = { base64: string } | { link: string };

export interface CarriedImages {
  image?: CarriedImage;
  mask?: CarriedImage;
}

/**
 * Every parameter, whether it is the default or not: what a request leaves out takes the value of the previous request,
 * whoever sent it (diffusers-service.md, section 9). One picture per request, since names within a batch collide.
 */
export function toRequestBody(input: GenerateInput, taskId: string, carried: CarriedImages = {}): RequestBody {
  if (!isTaskId(taskId)) throw new RangeError(`not a task id: ${taskId}`);
  const { func } = input;
  return {
    task_id: taskId,
    ...(func === "controlnet" ? {} : { func_name: func }),
    prompt: input.prompt,
    negative_prompt: input.negativePrompt,
    steps: input.steps,
    cfg_scale: input.cfgScale,
    width: input.width,
    height: input.height,
    image_num: 1,
    ...(input.seed === "" ? {} : { seed: input.seed }),
    save_dir: input.saveDir,
    use_base64: input.useBase64 ?? false,
    ...(input.useTranslate === undefined ? {} : { use_translate: input.useTranslate }),
    ...loraFields(input.loras),
    ...functionFields(input),
    ...carriedFields("image", carried.image),
    ...carriedFields("mask", carried.mask),
  };
}

function functionFields(input: GenerateInput): Partial<RequestBody> {
  switch (input.func) {
    case "t2i":
      return {};
    case "i2i":
    case "inpaint":
      return { denoising_strength: input.denoisingStrength, resize_mode: RESIZE_MODES.indexOf(input.resizeMode) };
    case "outpaint": {
      const { left, right, up, down } = input.expand;
      return {
        denoising_strength: input.denoisingStrength,
        expand: [left, right, up, down],
        expand_type: input.expandType,
      };
    }
    case "controlnet":
      return {
        resize_mode: RESIZE_MODES.indexOf(input.resizeMode),
        control_scale: input.controlScale,
        ...(input.processFunc && { process_func: input.processFunc }),
        ...(input.controlnetPath && { controlnet_path: input.controlnetPath }),
      };
  }
}

/** Always lists of one length: the service spreads a float over the paths but fails on an int (section 5). */
function loraFields(loras: readonly { path: string; weight: number }[]): Partial<RequestBody> {
  if (loras.length === 0) return {};
  return { lora_path: loras.map(({ path }) => path), lora_attn: loras.map(({ weight }) => weight) };
}

function carriedFields(name: "image" | "mask", carried: CarriedImage | undefined): Partial<RequestBody> {
  if (!carried) return {};
  return "base64" in carried ? { [`${name}_base64`]: carried.base64 } : { [`${name}_link`]: carried.link };
}

/** Written by hand where Python needs a float: JSON.stringify drops the `.0`, and the pipeline refuses an int. */
export function toRequestJson(body: RequestBody): string {
  const { control_scale: scale, ...rest } = body;
  const text = JSON.stringify(rest);
  if (scale === undefined) return text;
  return `${text.slice(0, -1)},"control_scale":${Number.isInteger(scale) ? scale.toFixed(1) : scale}}`;
}

export interface PlannedRequest {
  taskId: string;
  /** Of this one picture. */
  input: GenerateInput;
}

/** One request per picture. A given seed counts up from picture to picture, or all would be the same. */
export function planRequests(input: GenerateInput, newTaskId: () => string): PlannedRequest[] {
  return Array.from({ length: input.imageNum }, (_, at) => ({
    taskId: newTaskId(),
    input: { ...input, imageNum: 1, seed: nextSeed(input.seed, at) },
  }));
}
