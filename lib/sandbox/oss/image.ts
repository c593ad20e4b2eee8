import sharp from "sharp";
import type { Reply } from "./call";
import { invalidArgument, notImplementedParameter, ossError } from "./errors";
import type { ObjectRecord } from "./store/records";
import type { Store } from "./store/store";

/** `x-oss-process=image/resize,…` (reference: oss-rest.md §11). Other processings are refused, not ignored. */

const MAX_SOURCE_BYTES = 20 * 1024 * 1024;
const MAX_SIDE = 16_384;

type Mode = "lfit" | "mfit" | "fill" | "pad" | "fixed";

interface Resize {
  mode: Mode;
  width?: number;
  height?: number;
  longest?: number;
  shortest?: number;
  percent?: number;
  /** Do not enlarge. */
  limit: boolean;
  colour: string;
}

export async function processImage(
  store: Store,
  object: ObjectRecord,
  process: string,
  headers: Record<string, string>,
): Promise<Reply> {
  const resize = parseResize(process);
  if (object.size > MAX_SOURCE_BYTES) throw badImage("The image is too large.");
  const chunks: Buffer[] = [];
  for await (const chunk of store.blobs.read(object, 0, object.size)) chunks.push(chunk);
  let body: Buffer;
  try {
    body = await applyResize(Buffer.concat(chunks), resize);
  } catch {
    throw badImage("This image format is not supported.");
  }
  const { "Content-MD5": _, "x-oss-hash-crc64ecma": __, "Accept-Ranges": ___, ...kept } = headers;
  return { status: 200, headers: { ...kept, "Content-Length": String(body.length) }, body };
}

function badImage(message: string) {
  return ossError("InvalidArgument", { message });
}

export function parseResize(process: string): Resize {
  const [kind, action, ...more] = process.split("/");
  const [name, ...options] = (action ?? "").split(",");
  if (kind !== "image" || name !== "resize" || more.length > 0) throw notImplementedParameter("x-oss-process");
  const resize: Resize = { mode: "lfit", limit: true, colour: "FFFFFF" };
  for (const option of options) {
    const [, letter, value] = /^(m|w|h|l|s|p|limit|color)_([A-Za-z0-9]+)$/.exec(option) ?? [];
    if (letter === undefined || value === undefined) throw invalidArgument("Invalid resize option.", "resize", option);
    applyOption(resize, letter, value);
  }
  const { width, height, longest, shortest, percent } = resize;
  if ([width, height, longest, shortest, percent].every((value) => value === undefined)) {
    throw invalidArgument("No size to resize to.", "resize", process);
  }
  return resize;
}

function applyOption(resize: Resize, letter: string, value: string): void {
  const side = () => {
    const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > MAX_SIDE) throw invalidArgument("Invalid size.", letter, value);
    return number;
  };
  switch (letter) {
    case "m":
      if (!["lfit", "mfit", "fill", "pad", "fixed"].includes(value)) {
        throw invalidArgument("Invalid resize mode.", "m", value);
      }
      resize.mode = value as Mode;
      break;
    case "w":
      resize.width = side();
      break;
    case "h":
      resize.height = side();
      break;
    case "l":
      resize.longest = side();
      break;
    case "s":
      resize.shortest = side();
      break;
    case "p":
      resize.percent = side();
      if (resize.percent > 1000) throw invalidArgument("Invalid percentage.", "p", value);
      break;
    case "limit":
      resize.limit = value !== "0";
      break;
    case "color":
      if (!/^[0-9a-fA-F]{6}$/.test(value)) throw invalidArgument("Invalid colour.", "color", value);
      resize.colour = value;
      break;
  }
}

async function applyResize(source: Buffer, resize: Resize): Promise<Buffer> {
  const image = sharp(source);
  const { width: sourceWidth, height: sourceHeight } = await image.metadata();
  const target = targetSize(resize, sourceWidth, sourceHeight);
  const shrinksOnly = resize.limit && resize.percent === undefined;
  if (shrinksOnly && (target.width ?? 0) > sourceWidth && (target.height ?? 0) > sourceHeight) return source;
  const fit = { lfit: "inside", mfit: "outside", fill: "cover", pad: "contain", fixed: "fill" } as const;
  return image
    .resize({
      ...target,
      fit: fit[resize.mode],
      withoutEnlargement: shrinksOnly && resize.mode !== "pad",
      background: `#${resize.colour}`,
    })
    .toBuffer();
}

function targetSize(resize: Resize, width: number, height: number): { width?: number; height?: number } {
  if (resize.percent !== undefined) return { width: Math.max(1, Math.round((width * resize.percent) / 100)) };
  const wide = width >= height;
  if (resize.longest !== undefined) return wide ? { width: resize.longest } : { height: resize.longest };
  if (resize.shortest !== undefined) return wide ? { height: resize.shortest } : { width: resize.shortest };
  return { width: resize.width, height: resize.height };
}
