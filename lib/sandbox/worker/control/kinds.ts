import type { Picture } from "../pictures";
import { depth, normal } from "./depth";
import { canny, hed, mlsd, scribble } from "./lines";
import { length, luma } from "./plane";
import { openpose } from "./pose";
import { segments } from "./segments";

/** The eight kinds that the service preprocesses itself, in its own order (reference: diffusers-service.md §4.4). */
export const PROCESS_FUNCTIONS = ["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"] as const;
export type ProcessFunction = (typeof PROCESS_FUNCTIONS)[number];

export const isProcessFunction = (name: unknown): name is ProcessFunction =>
  PROCESS_FUNCTIONS.some((known) => known === name);

const MAKERS: Record<ProcessFunction, (picture: Picture) => Picture | Promise<Picture>> = {
  canny,
  depth,
  hed,
  mlsd,
  normal,
  openpose,
  scribble,
  seg: segments,
};

/** The control image, derived from the given picture. Nothing of it comes from a model. */
export async function controlImage(picture: Picture, kind: ProcessFunction): Promise<Picture> {
  return MAKERS[kind](picture);
}

/** How a control image is to be read. */
export type Reading = "lines" | "depth" | "normal" | "pose" | "regions";

export const READINGS: Record<ProcessFunction, Reading> = {
  canny: "lines",
  depth: "depth",
  hed: "lines",
  mlsd: "lines",
  normal: "normal",
  openpose: "pose",
  scribble: "lines",
  seg: "regions",
};

/** What a control image that was sent ready-made looks like. In truth the loaded weights decide. */
export function guessReading({ pixels }: Picture): Reading {
  let [count, dark, grey, colourful, upright, bright] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at + 2 < pixels.length; at += 3 * 17) {
    const [r, g, b] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    const range = Math.max(r, g, b) - Math.min(r, g, b);
    const light = luma(pixels, at);
    count += 1;
    if (light < 24) dark += 1;
    else if (light > 200) bright += 1;
    if (range < 12) grey += 1;
    if (range > 90) colourful += 1;
    // Directions are of length 1, and none looks away from the viewer.
    if (b > 122 && Math.abs(length(r - 127.5, g - 127.5, b - 127.5) / 127.5 - 1) < 0.12) upright += 1;
  }
  if (upright > count * 0.8) return "normal";
  if (dark > count * 0.6) return colourful > count * 0.004 && colourful > bright ? "pose" : "lines";
  if (grey > count * 0.95) return "depth";
  return colourful > count * 0.35 ? "regions" : "depth";
}
