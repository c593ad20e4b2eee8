import sharp from "sharp";
import { PythonError } from "./python-error";

/** Three bytes a pixel, row by row. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

type PilMode = "RGB" | "RGBA" | "L" | "LA" | "P" | "CMYK";

/** A picture as PIL opened it: the mode decides whether the pipeline can use it. */
export interface PilImage extends Picture {
  mode: PilMode;
}

/** A picture whose header was read and whose pixels were not, as `Image.open` leaves it. */
export interface OpenedPicture {
  width: number;
  height: number;
  mode: PilMode;
  load(): Promise<PilImage>;
}

/** More than any GPU of the list could work on. */
const MAX_PIXELS = 64_000_000;

/** What both PIL and our reader know. PIL has no vector graphics. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "gif", "tiff"];

/** Rejects when the header says nothing; broken pixels show themselves only when they are needed. */
export async function openPicture(bytes: Uint8Array): Promise<OpenedPicture> {
  const { channels, format, height, isPalette, space, width } = await sharp(bytes, {
    limitInputPixels: MAX_PIXELS,
  }).metadata();
  if (!FORMATS.includes(format)) throw new Error(`cannot identify image file of format ${format}`);
  const byChannels = ({ 1: "L", 2: "LA", 3: "RGB", 4: "RGBA" } as const)[channels as 1 | 2 | 3 | 4] ?? "RGB";
  const mode: PilMode = space === "cmyk" ? "CMYK" : isPalette || format === "gif" ? "P" : byChannels;
  const load = async () => {
    try {
      // PIL drops alpha when it converts to RGB; it does not blend.
      const pixels = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error" })
        .removeAlpha()
        .toColourspace("srgb")
        .raw()
        .toBuffer();
      return { width, height, mode, pixels };
    } catch {
      throw new PythonError("OSError", "image file is truncated (0 bytes not processed)");
    }
  };
  return { width, height, mode, load };
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
  checkSides(width, height);
  const pixels = await fromRaw(picture).resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
  return { width, height, pixels };
}

/** PIL's own words. */
export function checkSides(width: number, height: number): void {
  if (Math.min(width, height) <= 0) throw new PythonError("ValueError", "height and width must be > 0");
}

/** 0 stretch, 1 crop, 2 pad with white, all else as it is (reference: diffusers-service.md §5, resize_mode). */
export async function transform(image: PilImage, width: number, height: number, mode: bigint): Promise<PilImage> {
  if (mode === 0n) return { ...(await resize(image, width, height)), mode: image.mode };
  if (mode === 1n) return crop(image, width, height);
  if (mode === 2n) {
    if (Math.min(width, height) < 0) throw new PythonError("ValueError", "Width and height must be >= 0");
    const left = Math.floor((width - image.width) / 2);
    const top = Math.floor((height - image.height) / 2);
    return { ...paste(image, width, height, left, top, 255), mode: "RGB" };
  }
  return image;
}

async function crop(image: PilImage, width: number, height: number): Promise<PilImage> {
  if (height === 0) throw new PythonError("ZeroDivisionError", "float division by zero");
  const aspect = image.width / image.height;
  const isWider = aspect > width / height;
  const scaledWidth = isWider ? Math.trunc(height * aspect) : width;
  const scaledHeight = isWider ? height : Math.trunc(width / aspect);
  const scaled = await resize(image, scaledWidth, scaledHeight);
  const left = Math.trunc((scaledWidth - width) / 2);
  const top = Math.trunc((scaledHeight - height) / 2);
  return { ...paste(scaled, width, height, -left, -top, 0), mode: image.mode };
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

const CHANNELS = { RGB: 3, RGBA: 4, CMYK: 4, LA: 2, L: 1, P: 1 } as const satisfies Record<PilMode, number>;

/** The pipeline takes three channels only: a PNG with alpha or a grey one, sent as base64, fails there. */
export function requireRgb({ width, height, mode }: PilImage): void {
  const channels = CHANNELS[mode];
  if (channels === 3) return;
  if (channels === 1) throw new PythonError("ValueError", "axes don't match array");
  throw new PythonError(
    "RuntimeError",
    "Given groups=1, weight of size [128, 3, 3, 3], expected input" +
      `[1, ${channels}, ${height}, ${width}] to have 3 channels, but got ${channels} channels instead`,
  );
}

/** Shape of the array that numpy makes of a picture. */
export function arrayShape({ width, height, mode }: Pick<PilImage, "width" | "height" | "mode">): string {
  const channels = CHANNELS[mode];
  return channels === 1 ? `(${height},${width})` : `(${height},${width},${channels})`;
}
