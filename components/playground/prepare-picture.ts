"use client";

import { IMAGE_BYTES_MAX, INPUT_SIDE_MAX } from "@/lib/playground/input-budget";

export interface PreparedPicture {
  blob: Blob;
  width: number;
  height: number;
}

/** Tried from the best on; a picture of noise may still be too large, and then loses a little of its size. */
const QUALITIES = [0.95, 0.9, 0.8, 0.7];
const SHRINK = 0.85;

/**
 * A picture as it is sent: upright, on white where it was transparent, no larger than the playground asks for, and small
 * enough for the gateway. A PNG stays one where it fits; everything else becomes a JPEG. Rejects when the browser cannot
 * read the file.
 */
export async function preparePicture(file: Blob): Promise<PreparedPicture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    let scale = Math.min(1, INPUT_SIDE_MAX / Math.max(bitmap.width, bitmap.height));
    for (;;) {
      const canvas = drawn(bitmap, scale);
      const blob = await fitting(canvas, file.type === "image/png");
      if (blob) return { blob, width: canvas.width, height: canvas.height };
      scale *= SHRINK;
    }
  } finally {
    bitmap.close();
  }
}

function drawn(bitmap: ImageBitmap, scale: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function fitting(canvas: HTMLCanvasElement, isPng: boolean): Promise<Blob | undefined> {
  if (isPng) {
    const png = await encoded(canvas, "image/png");
    if (png.size <= IMAGE_BYTES_MAX) return png;
  }
  for (const quality of QUALITIES) {
    const jpeg = await encoded(canvas, "image/jpeg", quality);
    if (jpeg.size <= IMAGE_BYTES_MAX) return jpeg;
  }
  return undefined;
}

export function encoded(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("not encoded"))), type, quality);
  });
}
