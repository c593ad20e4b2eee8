import { type Picture, type PilImage, paste, requireRgb, resize, transform } from "./pictures";
import { PythonError } from "./python-error";

/** Draws a fresh picture of this size from the request's words and seed. */
export type Draw = (width: number, height: number) => Promise<Picture>;

/** The image pipelines cut both sides down to a multiple of 32. */
const toMultipleOf32 = (side: number) => side - (side % 32);

async function fitToPipeline(image: PilImage): Promise<Picture> {
  requireRgb(image);
  const width = toMultipleOf32(image.width);
  const height = toMultipleOf32(image.height);
  if (width <= 0 || height <= 0) throw new PythonError("ValueError", "height and width must be > 0");
  return resize(image, width, height);
}

/** i2i: the stronger, the more of the given picture gives way. */
export async function imageToImage(image: PilImage, strength: number, draw: Draw): Promise<Picture> {
  const base = await fitToPipeline(image);
  return blend(base, await draw(base.width, base.height), () => strength);
}

/** inpaint: white is painted anew, black stays as it was. */
export async function inpaint(image: PilImage, mask: PilImage, strength: number, draw: Draw): Promise<Picture> {
  const base = await fitToPipeline(image);
  const cover = await resize(mask, base.width, base.height);
  const fresh = await draw(base.width, base.height);
  return blend(base, fresh, (at) => (luma(cover.pixels, at) / 255) * strength);
}

export type Sides = readonly [left: number, right: number, up: number, down: number];

/** outpaint: a larger canvas whose border is prefilled from the edge and then painted; the middle stays. */
export async function outpaint(
  image: PilImage,
  expand: Sides,
  expandType: string,
  strength: number,
  draw: Draw,
): Promise<Picture> {
  requireRgb(image);
  const [left, right, up, down] = expand;
  const width = image.width + left + right;
  const height = image.height + up + down;
  const canvas = paste(image, width, height, left, up, 0);
  const fold = expandType === "reflect" ? reflected : clamped;
  for (let y = 0; y < height; y++) {
    const sourceY = fold(y - up, image.height);
    for (let x = 0; x < width; x++) {
      if (x >= left && x < left + image.width && y >= up && y < up + image.height) continue;
      const from = (sourceY * image.width + fold(x - left, image.width)) * 3;
      canvas.pixels.set(image.pixels.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  const fresh = await draw(width, height);
  const painted = blend(canvas, fresh, (at) => {
    const pixel = at / 3;
    const x = pixel % width;
    const y = (pixel - x) / width;
    const away = Math.max(left - x, x - (left + image.width - 1), up - y, y - (up + image.height - 1), 0);
    // A soft seam: the first pixels outside are nearly the prefilled ones.
    return strength * Math.min(1, away / 24);
  });
  return fitToPipeline({ ...painted, mode: "RGB" });
}

const clamped = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));

function reflected(at: number, size: number): number {
  const inside = at < 0 ? -at - 1 : at >= size ? 2 * size - at - 1 : at;
  return clamped(inside, size);
}

export const PROCESS_FUNCTIONS = ["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"] as const;
type ProcessFunction = (typeof PROCESS_FUNCTIONS)[number];

export const isProcessFunction = (name: unknown): name is ProcessFunction =>
  PROCESS_FUNCTIONS.some((known) => known === name);

/** Kinds whose control image can be made without a model; the others would have to be invented. */
const EDGE_KINDS: readonly ProcessFunction[] = ["canny", "scribble", "hed", "mlsd"];

/** ControlNet: the structure of the given picture drawn over a fresh one. Without a function the image is the control. */
export async function controlled(
  image: PilImage,
  width: number,
  height: number,
  options: { resizeMode: number; processFunction?: ProcessFunction; scale: number },
  draw: Draw,
): Promise<Picture> {
  const base = await transform(image, width, height, options.resizeMode);
  if (options.processFunction !== undefined && !EDGE_KINDS.includes(options.processFunction)) {
    throw new PythonError(
      "RuntimeError",
      `the sandbox cannot simulate the preprocessor "${options.processFunction}": send the control image itself`,
    );
  }
  const control = options.processFunction === undefined ? base : edges(base, options.processFunction);
  const fresh = await draw(width, height);
  const weight = Math.max(0, Math.min(1, options.scale)) * 0.85;
  const lines = await resize(control, width, height);
  return blend(fresh, darkened(fresh), (at) => (luma(lines.pixels, at) / 255) * weight);
}

/** White lines on black where the brightness changes (Sobel). */
export function edges(picture: Picture, kind: ProcessFunction): Picture {
  const { width, height, pixels } = picture;
  const out = new Uint8Array(pixels.length);
  const grey = (x: number, y: number) => luma(pixels, (clamped(y, height) * width + clamped(x, width)) * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const gx =
        grey(x + 1, y - 1) +
        2 * grey(x + 1, y) +
        grey(x + 1, y + 1) -
        grey(x - 1, y - 1) -
        2 * grey(x - 1, y) -
        grey(x - 1, y + 1);
      const gy =
        grey(x - 1, y + 1) +
        2 * grey(x, y + 1) +
        grey(x + 1, y + 1) -
        grey(x - 1, y - 1) -
        2 * grey(x, y - 1) -
        grey(x + 1, y - 1);
      const strength = Math.hypot(gx, gy);
      const value = kind === "hed" ? Math.min(255, strength) : strength > 150 ? 255 : 0;
      out.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { width, height, pixels: out };
}

const luma = (pixels: Uint8Array, at: number) =>
  (pixels[at] ?? 0) * 0.299 + (pixels[at + 1] ?? 0) * 0.587 + (pixels[at + 2] ?? 0) * 0.114;

const darkened = ({ width, height, pixels }: Picture): Picture => ({
  width,
  height,
  pixels: pixels.map((value) => value * 0.12),
});

/** `share(at)` gives the part of the second picture at the pixel whose first byte is `at`. */
function blend(first: Picture, second: Picture, share: (at: number) => number): Picture {
  const pixels = new Uint8Array(first.pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const part = share(at);
    for (let channel = at; channel < at + 3; channel++) {
      const from = first.pixels[channel] ?? 0;
      pixels[channel] = Math.round(from + ((second.pixels[channel] ?? 0) - from) * part);
    }
  }
  return { width: first.width, height: first.height, pixels };
}
