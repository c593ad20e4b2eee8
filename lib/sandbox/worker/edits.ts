import { type ChannelOrder, follow } from "./control/follow";
import { controlImage, guessReading, type ProcessFunction, READINGS } from "./control/kinds";
import { luma } from "./control/plane";
import { prefill, type Sides } from "./outpaint";
import { type Picture, type PilImage, requireRgb, resize } from "./pictures";
import { PythonError } from "./python-error";
import { type Box, drawMark } from "./render/mark";

/** Draws a fresh picture of this size from the request's words and seed. */
export type Draw = (width: number, height: number) => Promise<Picture>;

/** The image pipelines cut both sides down to a multiple of 32. */
const toMultipleOf32 = (side: number) => side - (side % 32);

async function fitToPipeline(image: PilImage): Promise<Picture> {
  requireRgb(image);
  return resize(image, toMultipleOf32(image.width), toMultipleOf32(image.height));
}

/** i2i: the stronger, the more of the given picture gives way. */
export async function imageToImage(image: PilImage, strength: number, draw: Draw): Promise<Picture> {
  const base = await fitToPipeline(image);
  const picture = blend(base, await draw(base.width, base.height), () => strength);
  drawMark(picture);
  return picture;
}

/** inpaint: white is painted anew, black stays as it was. */
export async function inpaint(image: PilImage, mask: PilImage, strength: number, draw: Draw): Promise<Picture> {
  const base = await fitToPipeline(image);
  const cover = await resize(mask, base.width, base.height);
  const share = new Float32Array(base.width * base.height);
  for (let pixel = 0; pixel < share.length; pixel++) share[pixel] = luma(cover.pixels, pixel * 3) / 255;
  const picture = blend(base, await draw(base.width, base.height), (pixel) => (share[pixel] ?? 0) * strength);
  markPainted(picture, share);
  return picture;
}

/** Pixels of the seam between what was given and what is painted: the first ones outside are nearly the prefilled ones. */
const SEAM = 24;

/** outpaint: a larger canvas whose border is prefilled from the edge and then painted; the middle stays. */
export async function outpaint(
  image: PilImage,
  sides: Sides,
  type: string,
  strength: number,
  draw: Draw,
): Promise<Picture> {
  const canvas = prefill(image, sides, type);
  const { width, height } = canvas;
  if (Math.min(toMultipleOf32(width), toMultipleOf32(height)) <= 0) {
    throw new PythonError("ValueError", "height and width must be > 0");
  }
  const [left, right, up, down] = sides;
  const share = new Float32Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    const awayY = Math.max(up - y, y - (height - down - 1), 0);
    for (let x = 0; x < width; x++, pixel++) {
      share[pixel] = Math.min(1, Math.max(left - x, x - (width - right - 1), awayY) / SEAM);
    }
  }
  const painted = blend(canvas, await draw(width, height), (pixel) => (share[pixel] ?? 0) * strength);
  markPainted(painted, share);
  return fitToPipeline({ ...painted, mode: "RGB" });
}

/** ControlNet: a fresh picture that follows a control image. Without a function the given image is the control. */
export async function controlled(
  base: Picture,
  width: number,
  height: number,
  options: { processFunction?: ProcessFunction; scale: number; order: ChannelOrder },
  draw: Draw,
): Promise<Picture> {
  const { processFunction, scale, order } = options;
  const made = processFunction === undefined ? base : await controlImage(base, processFunction);
  const control = await resize(made, width, height);
  const reading = processFunction === undefined ? guessReading(control) : READINGS[processFunction];
  const picture = follow(await draw(width, height), control, { reading, scale, order });
  drawMark(picture);
  return picture;
}

/** The mark goes where something was painted: what was to be kept is kept. */
function markPainted(picture: Picture, share: Float32Array): void {
  const box: Box = { left: picture.width, top: picture.height, width: 0, height: 0 };
  let [right, bottom] = [0, 0];
  for (let y = 0, pixel = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, pixel++) {
      if ((share[pixel] ?? 0) <= 0.5) continue;
      if (x < box.left) box.left = x;
      if (y < box.top) box.top = y;
      if (x >= right) right = x + 1;
      bottom = y + 1;
    }
  }
  const isPainted = (x: number, y: number) => (share[y * picture.width + x] ?? 0) > 0.5;
  drawMark(picture, { ...box, width: right - box.left, height: bottom - box.top }, isPainted);
}

/** `share(pixel)` gives the part of the second picture. */
function blend(first: Picture, second: Picture, share: (pixel: number) => number): Picture {
  const pixels = new Uint8Array(first.pixels.length);
  for (let pixel = 0, at = 0; at < pixels.length; pixel++, at += 3) {
    const part = share(pixel);
    if (part === 0) {
      pixels[at] = first.pixels[at] ?? 0;
      pixels[at + 1] = first.pixels[at + 1] ?? 0;
      pixels[at + 2] = first.pixels[at + 2] ?? 0;
      continue;
    }
    for (let channel = at; channel < at + 3; channel++) {
      const from = first.pixels[channel] ?? 0;
      pixels[channel] = Math.round(from + ((second.pixels[channel] ?? 0) - from) * part);
    }
  }
  return { width: first.width, height: first.height, pixels };
}
