import sharp, { type Sharp } from "sharp";
import type { Reply } from "./call";
import { invalidArgument, notImplementedParameter, ossError } from "./errors";
import type { ObjectRecord } from "./store/records";
import type { Store } from "./store/store";

/**
 * `x-oss-process=image/…` (reference: oss-rest.md §11): resize, quality, format and info, in any order. Other processings
 * are refused, not ignored.
 */

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
  const actions = parseProcess(process);
  if (object.size > MAX_SOURCE_BYTES) throw badImage("The image is too large.");
  const chunks: Buffer[] = [];
  for await (const chunk of store.blobs.read(object, 0, object.size)) chunks.push(chunk);
  const { "Content-MD5": _, "x-oss-hash-crc64ecma": __, "Accept-Ranges": ___, ...kept } = headers;
  const source = Buffer.concat(chunks);
  try {
    if (actions.info) {
      const body = await describe(source);
      return { status: 200, headers: { ...kept, "Content-Type": "application/json" }, body };
    }
    const { body, format } = await apply(source, actions);
    const type = format && { "Content-Type": `image/${format}` };
    return { status: 200, headers: { ...kept, ...type, "Content-Length": String(body.length) }, body };
  } catch {
    throw badImage("This image format is not supported.");
  }
}

function badImage(message: string) {
  return ossError("InvalidArgument", { message });
}

const FORMATS: Record<string, "jpeg" | "png" | "webp" | "gif" | "tiff"> = {
  jpg: "jpeg",
  jpeg: "jpeg",
  png: "png",
  webp: "webp",
  gif: "gif",
  tiff: "tiff",
};

interface Actions {
  resize?: Resize;
  quality?: number;
  format?: (typeof FORMATS)[string];
  info?: boolean;
}

export function parseProcess(process: string): Actions {
  const [kind, ...list] = process.split("/");
  if (kind !== "image" || list.length === 0) throw notImplementedParameter("x-oss-process");
  const actions: Actions = {};
  for (const action of list) {
    const [name, ...options] = action.split(",");
    if (name === "resize") actions.resize = parseResize(options, process);
    else if (name === "quality") actions.quality = parseQuality(options);
    else if (name === "format") actions.format = parseFormat(options);
    else if (name === "info" && list.length === 1) actions.info = true;
    else throw notImplementedParameter("x-oss-process");
  }
  return actions;
}

/** `q_` is relative to the source's quality, which is not known here, and `Q_` absolute: both are taken as absolute. */
function parseQuality([option = "", ...more]: string[]): number {
  const [, value = ""] = /^[qQ]_(\d{1,3})$/.exec(option) ?? [];
  const quality = Number(value);
  if (more.length > 0 || quality < 1 || quality > 100) throw invalidArgument("Invalid quality.", "quality", option);
  return quality;
}

function parseFormat([name = "", ...more]: string[]): (typeof FORMATS)[string] {
  const format = FORMATS[name];
  if (!format || more.length > 0) throw invalidArgument("Invalid format.", "format", name);
  return format;
}

function parseResize(options: string[], process: string): Resize {
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

async function apply(source: Buffer, { resize, quality, format }: Actions) {
  const image = sharp(source);
  const { width, height, format: sourceFormat } = await image.metadata();
  const resized = resize ? applyResize(image, resize, width, height) : image;
  if (format === undefined && quality === undefined) {
    return { body: resized ? await resized.toBuffer() : source, format };
  }
  const written = format ?? sourceFormat;
  const body = await (resized ?? image).toFormat(written, quality === undefined ? {} : { quality }).toBuffer();
  return { body, format };
}

/** Undefined when there is nothing to do, because enlarging was not asked for. */
function applyResize(image: Sharp, resize: Resize, sourceWidth: number, sourceHeight: number): Sharp | undefined {
  const target = targetSize(resize, sourceWidth, sourceHeight);
  const shrinksOnly = resize.limit && resize.percent === undefined;
  if (shrinksOnly && (target.width ?? 0) > sourceWidth && (target.height ?? 0) > sourceHeight) return undefined;
  const fit = { lfit: "inside", mfit: "outside", fill: "cover", pad: "contain", fixed: "fill" } as const;
  return image.resize({
    ...target,
    fit: fit[resize.mode],
    withoutEnlargement: shrinksOnly && resize.mode !== "pad",
    background: `#${resize.colour}`,
  });
}

/** Every value as the vendor writes them: an object with one text. */
async function describe(source: Buffer): Promise<string> {
  const { format, width, height } = await sharp(source).metadata();
  const values = {
    FileSize: source.length,
    Format: format === "jpeg" ? "jpg" : format,
    ImageHeight: height,
    ImageWidth: width,
  };
  const entries = Object.entries(values).map(([name, value]) => [name, { value: String(value) }]);
  return JSON.stringify(Object.fromEntries(entries));
}

function targetSize(resize: Resize, width: number, height: number): { width?: number; height?: number } {
  if (resize.percent !== undefined) return { width: Math.max(1, Math.round((width * resize.percent) / 100)) };
  const wide = width >= height;
  if (resize.longest !== undefined) return wide ? { width: resize.longest } : { height: resize.longest };
  if (resize.shortest !== undefined) return wide ? { height: resize.shortest } : { width: resize.shortest };
  return { width: resize.width, height: resize.height };
}
