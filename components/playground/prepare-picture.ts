"use client";

import { IMAGE_BYTES_MAX, INPUT_SIDE_MAX, LINKED_BYTES_MAX } from "@/lib/playground/input-budget";

export interface PreparedPicture {
  blob: Blob;
  width: number;
  height: number;
  /** How far it was made to fit a request, beyond what nobody sees. */
  loss?: { quality: number; scale: number };
}

/** What is seen: a coarser JPEG, or a smaller picture. */
const FINE = 0.9;
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
    const first = Math.min(1, INPUT_SIDE_MAX / Math.max(bitmap.width, bitmap.height));
    let scale = first;
    for (;;) {
      const canvas = drawn(bitmap, scale);
      const { width, height } = canvas;
      const made = await fitting(canvas, file.type === "image/png");
      const isSeen = made && (made.quality < FINE || scale < first);
      if (made) return { blob: made.blob, width, height, ...(isSeen && { loss: { ...made, scale: scale / first } }) };
      scale *= SHRINK;
    }
  } finally {
    bitmap.close();
  }
}

/** Whole, for a service that reads it from the bucket: no larger than the playground asks for, and without loss. */
export async function wholePicture(file: Blob): Promise<PreparedPicture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, INPUT_SIDE_MAX / Math.max(bitmap.width, bitmap.height));
    const canvas = drawn(bitmap, scale);
    const { width, height } = canvas;
    const png = await encoded(canvas, "image/png");
    const blob = png.size <= LINKED_BYTES_MAX ? png : await encoded(canvas, "image/jpeg", 1);
    return { blob, width, height };
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

async function fitting(
  canvas: HTMLCanvasElement,
  isPng: boolean,
): Promise<{ blob: Blob; quality: number } | undefined> {
  if (isPng) {
    const png = await encoded(canvas, "image/png");
    if (png.size <= IMAGE_BYTES_MAX) return { blob: png, quality: 1 };
  }
  for (const quality of QUALITIES) {
    const jpeg = await encoded(canvas, "image/jpeg", quality);
    if (jpeg.size <= IMAGE_BYTES_MAX) return { blob: jpeg, quality };
  }
  return undefined;
}

export function encoded(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("not encoded"))), type, quality);
  });
}
