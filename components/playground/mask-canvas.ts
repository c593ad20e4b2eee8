"use client";

import { type Box, isEmptyBox, type Mask } from "@/lib/playground/mask/raster";
import { encoded } from "./prepare-picture";

/** The mask over its picture: painted pixels in the mark's colour, with stripes, so that it shows on every picture. */
export function showBox(canvas: HTMLCanvasElement, { width, data }: Mask, box: Box, mark: readonly number[]): void {
  const context = canvas.getContext("2d");
  if (!context || isEmptyBox(box)) return;
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  const image = context.createImageData(across, down);
  const [red = 255, green = 0, blue = 0] = mark;
  const stripe = Math.max(4, Math.round(width / 80));
  for (let y = 0, at = 0; y < down; y++) {
    for (let x = 0; x < across; x++, at += 4) {
      const value = data[(box.top + y) * width + box.left + x] ?? 0;
      if (value === 0) continue;
      const dark = Math.floor((box.left + x + box.top + y) / stripe) % 2 === 0;
      image.data[at] = dark ? red : 255;
      image.data[at + 1] = dark ? green : 255;
      image.data[at + 2] = dark ? blue : 255;
      image.data[at + 3] = Math.round(value * 0.62);
    }
  }
  context.putImageData(image, box.left, box.top);
}

/** As it is sent: a PNG of the mask's own size, white where it is painted. */
export async function maskToPng({ width, height, data }: Mask): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  const image = context.createImageData(width, height);
  for (let at = 0; at < data.length; at++) image.data.fill(data[at] ?? 0, at * 4, at * 4 + 3);
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
  context.putImageData(image, 0, 0);
  return encoded(canvas, "image/png");
}

/** A mask that was sent before, scaled to the picture where it was made for another. */
export async function pngToMask(url: string, width: number, height: number): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const mask = new Uint8ClampedArray(width * height);
  for (let at = 0; at < mask.length; at++) mask[at] = data[at * 4] ?? 0;
  return mask;
}
