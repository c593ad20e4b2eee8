/** The numbers behind the playground, apart from the schemas, so that a page can show them without a validator. */
import type { GenerateInput, InputImage } from "./input";

/** Limits of the numbers are ours, wide enough for what the hardware can do. */
export const SIZE_LIMITS = { min: 64, max: 2048, step: 8 } as const;
export const MAX_COUNT = 4;
export const MAX_LORAS = 8;
export const MAX_EXPAND = 1024;
export const STRENGTH_LIMITS = { min: 0.1, max: 1, step: 0.05 } as const;
export const SCALE_LIMITS = { min: 0, max: 2, step: 0.05 } as const;

/** Subfolder of the result folder: the service's own default, sent all the same. */
export const SAVE_DIR = "result";

/** What happens to a picture that has another shape than the one wanted: stretched, cut, or padded with white. */
export const RESIZE_MODES = ["stretch", "crop", "pad"] as const;
export const EXPAND_TYPES = ["copy", "reflect"] as const;
/** The service preprocesses these itself (diffusers-service.md §4.4). */
export const CONTROL_KINDS = ["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"] as const;

/** In the order of the tabs. */
export const FUNCS = ["t2i", "i2i", "inpaint", "outpaint", "controlnet"] as const;
export type Func = (typeof FUNCS)[number];

/** A base service does the first four, a ControlNet service the last (diffusers-service.md §2). */
export function doesFunc(service: "base" | "controlnet" | undefined, func: Func): boolean {
  return service === undefined || (func === "controlnet") === (service === "controlnet");
}

/** The pictures that a request carries, in the order in which the service reads them. */
export function inputImages(input: GenerateInput): InputImage[] {
  if (input.func === "t2i") return [];
  return input.func === "inpaint" ? [input.image, input.mask] : [input.image];
}

/** The image pipelines cut both sides down to a multiple of this. */
const PIPELINE_STEP = 32;
const cut = (value: number) => value - (value % PIPELINE_STEP);

/** How large the picture will be, as far as the request decides it. */
export function resultSize(input: GenerateInput): { width: number; height: number } {
  if (input.func !== "outpaint") {
    const { func, width, height } = input;
    return func === "t2i" ? { width, height } : computedSize(func, { width, height });
  }
  const { left, right, up, down } = input.expand;
  return { width: cut(input.image.width + left + right), height: cut(input.image.height + up + down) };
}

/** With which size the service really computes when it is asked for this one. */
export function computedSize(func: Func, size: { width: number; height: number }): { width: number; height: number } {
  if (func === "t2i") return roundedSize(size);
  return func === "controlnet" ? size : { width: cut(size.width), height: cut(size.height) };
}

/** The nearest side that every function takes as it is. */
export function toSide(pixels: number): number {
  const { min, max, step } = SIZE_LIMITS;
  return Math.min(max, Math.max(min, Math.round(pixels / step) * step));
}

/** The service computes with the next multiple of 8 and scales the picture back to what was asked for. */
function roundedSize(size: { width: number; height: number }): { width: number; height: number } {
  const up = (value: number) => Math.ceil(value / SIZE_LIMITS.step) * SIZE_LIMITS.step;
  return { width: up(size.width), height: up(size.height) };
}
