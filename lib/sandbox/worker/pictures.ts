import sharp from "sharp";
import { PythonError } from "./python-error";

/** Three bytes a pixel, row by row. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** A picture as PIL opened it: the mode decides whether the pipeline can use it. */
export interface PilImage extends Picture {
  mode: "RGB" | "RGBA" | "L" | "LA" | "P";
}

/** More than any GPU of the list could work on. */
const MAX_PIXELS = 64_000_000;

export async function decodePicture(bytes: Uint8Array): Promise<PilImage> {
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error" });
  const { channels, isPalette, width, height } = await image.metadata();
  // PIL drops alpha when it converts to RGB; it does not blend.
  const { data } = await image.removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const mode = isPalette ? "P" : ({ 1: "L", 2: "LA", 3: "RGB", 4: "RGBA" } as const)[channels as 1 | 2 | 3 | 4];
  return { width, height, pixels: data, mode: mode ?? "RGB" };
}

/** PNG with fixed settings and nothing else inside: equal pixels give equal bytes. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return fromRaw(picture).png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }).toBuffer();
}

function fromRaw({ pixels, width, height }: Picture) {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export async function resize(picture: Picture, width: number, height: number): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const pixels = await fromRaw(picture).resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
  return { width, height, pixels };
}

/** 0 stretch, 1 crop, 2 pad with white (reference: diffusers-service.md §5, resize_mode). */
export async function transform(image: PilImage, width: number, height: number, mode: number): Promise<PilImage> {
  if (mode === 0) return { ...(await resize(image, width, height)), mode: image.mode };
  if (mode === 1) {
    const aspect = image.width / image.height;
    const isWider = aspect > width / height;
    const scaledWidth = isWider ? Math.trunc(height * aspect) : width;
    const scaledHeight = isWider ? height : Math.trunc(width / aspect);
    const scaled = await resize(image, scaledWidth, scaledHeight);
    const left = Math.trunc((scaledWidth - width) / 2);
    const top = Math.trunc((scaledHeight - height) / 2);
    return { ...paste(scaled, width, height, -left, -top, 0), mode: image.mode };
  }
  if (mode === 2) {
    const left = Math.floor((width - image.width) / 2);
    const top = Math.floor((height - image.height) / 2);
    return { ...paste(image, width, height, left, top, 255), mode: "RGB" };
  }
  return image;
}

/** A canvas of one grey with the picture laid on it; what lies outside is cut. */
export function paste(
  picture: Picture,
  width: number,
  height: number,
  left: number,
  top: number,
  background: number,
): Picture {
  const pixels = new Uint8Array(width * height * 3).fill(background);
  for (let y = Math.max(0, top); y < Math.min(height, top + picture.height); y++) {
    const fromX = Math.max(0, left);
    const toX = Math.min(width, left + picture.width);
    if (toX <= fromX) break;
    const source = ((y - top) * picture.width + (fromX - left)) * 3;
    pixels.set(picture.pixels.subarray(source, source + (toX - fromX) * 3), (y * width + fromX) * 3);
  }
  return { width, height, pixels };
}

/** The pipeline takes three channels only: a PNG with alpha or a grey one, sent as base64, fails there. */
export function requireRgb(image: PilImage): void {
  const { width, height, mode } = image;
  if (mode === "RGB") return;
  if (mode === "L" || mode === "P") throw new PythonError("ValueError", "axes don't match array");
  const channels = mode === "RGBA" ? 4 : 2;
  throw new PythonError(
    "RuntimeError",
    "Given groups=1, weight of size [128, 3, 3, 3], expected input" +
      `[1, ${channels}, ${height}, ${width}] to have 3 channels, but got ${channels} channels instead`,
  );
}
