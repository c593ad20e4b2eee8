import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { GenerateInput, InputImage } from "@/lib/playground/input";
import { IMAGE_BYTES_MAX, INPUT_BYTES_MAX, LINKED_BYTES_MAX } from "@/lib/playground/input-budget";
import { inputImages } from "@/lib/playground/limits";
import type { CarriedImage, CarriedImages } from "@/lib/playground/request";
import { type CallTarget, callTarget, type OssPlace } from "./call-target";
import { toServiceLink } from "./service-link";

/** Beside the results: the bucket that the service writes to is there for every service that can make pictures. */
export const INPUTS_FOLDER = "easel-inputs/";
const PIXELS_MAX = 4096 * 4096;
const RESULT_BYTES_MAX = 32 * 1024 * 1024;
/** Tells what a picture is. */
const HEAD_BYTES = 64 * 1024;

/** An asynchronous request may wait in its queue for long. */
const LINK_SECONDS = 24 * 3600;

export const tooLarge = (maxBytes = INPUT_BYTES_MAX) =>
  new AppError("invalid_input", {
    params: { field: "image", rule: "playground.rules.imageTooLarge", kb: Math.floor(maxBytes / 1000) },
  });

/**
 * Keeps a picture that somebody brought along, so that the same request can be made again. The name is the content's own
 * sum: the same picture is stored once.
 */
export async function storeInput(
  ctx: Context,
  input: { service: string; bytes: Uint8Array; byLink?: boolean },
): Promise<InputImage> {
  const { bucket, folder } = resultOf(await callTarget(ctx, input.service), input.service);
  const maxBytes = input.byLink ? LINKED_BYTES_MAX : INPUT_BYTES_MAX;
  const { format, width, height, channels } = await inspect(input.bytes, maxBytes);
  const bytes = channels === 3 ? input.bytes : await toRgb(input.bytes, format, maxBytes);
  const name = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
  const key = `${folder}${INPUTS_FOLDER}${name}.${format === "jpeg" ? "jpg" : format}`;
  if (!(await ctx.oss.headObject(bucket, key))) await ctx.oss.putObject(bucket, key, bytes, `image/${format}`);
  // What fits goes along in the request, which depends on nothing else.
  return { key, width, height, ...(bytes.byteLength > INPUT_BYTES_MAX ? { byLink: true as const } : {}) };
}

/**
 * Red, green, blue and nothing else: the container hands what it gets to the pipeline as it is, which fails on a fourth
 * channel, and on a single one. What a browser's canvas writes always has four.
 */
async function toRgb(bytes: Uint8Array, format: "png" | "jpeg", maxBytes: number): Promise<Uint8Array> {
  const picture = sharp(bytes, { limitInputPixels: PIXELS_MAX }).flatten({ background: "white" }).toColourspace("srgb");
  const made = await (format === "png"
    ? picture.png({ compressionLevel: 9 })
    : picture.jpeg({ quality: 95 })
  ).toBuffer();
  if (made.byteLength > maxBytes) throw tooLarge(maxBytes);
  return made;
}

/**
 * A picture of the result folder, for the next request: it stays where it is. One that is too large for a request is read
 * there by the service itself, without loss; only what the pipeline cannot take is stored once more.
 */
export async function reuseResult(ctx: Context, input: { service: string; key: string }): Promise<InputImage> {
  const result = resultOf(await callTarget(ctx, input.service), input.service);
  const sizeBytes = await sizeBelow(ctx.oss, result, input.key, LINKED_BYTES_MAX);
  const head = await ctx.oss.getObjectRange(result.bucket, input.key, 0, Math.min(sizeBytes, HEAD_BYTES));
  const { width, height, channels } = await inspect(head, HEAD_BYTES);
  const isLarge = sizeBytes > IMAGE_BYTES_MAX;
  if (channels === 3) return { key: input.key, width, height, ...(isLarge ? { byLink: true as const } : {}) };
  const bytes = await ctx.oss.getObjectRange(result.bucket, input.key, 0, sizeBytes);
  return storeInput(ctx, { service: input.service, bytes, byLink: isLarge });
}

/** For showing it in the playground, from our own origin. */
export async function readInput(
  ctx: Context,
  input: { service: string; key: string },
): Promise<{ bytes: Uint8Array; type: string }> {
  const result = resultOf(await callTarget(ctx, input.service), input.service);
  const bytes = await readBelow(ctx, result, input.key, RESULT_BYTES_MAX);
  const { format } = await headOf(bytes);
  // Nothing but a picture is handed out, whatever lies in the folder.
  if (format !== "png" && format !== "jpeg")
    throw new AppError("not_found", { params: { what: "object", name: input.key } });
  return { bytes, type: `image/${format}` };
}

/** What PIL in the container reads for sure; the header alone decides, no pixel is decoded. */
async function inspect(
  bytes: Uint8Array,
  maxBytes: number,
): Promise<{ format: "png" | "jpeg"; width: number; height: number; channels: number }> {
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  const { format, width, height, channels } = await headOf(bytes);
  if (format !== "png" && format !== "jpeg")
    throw new AppError("invalid_input", { params: { field: "image", rule: "playground.rules.imageFormat" } });
  return { format, width, height, channels };
}

async function headOf(bytes: Uint8Array) {
  try {
    return await sharp(bytes, { limitInputPixels: PIXELS_MAX }).metadata();
  } catch {
    return { format: undefined, width: 0, height: 0, channels: 0 };
  }
}

/** Brings the pictures of a request into its body, or an address of them. Nothing outside the result folder is read. */
export async function carryImages(
  ctx: Pick<Context, "oss" | "connection">,
  target: Pick<CallTarget, "result">,
  { service, input }: { service: string; input: GenerateInput },
): Promise<CarriedImages> {
  const pictures = inputImages(input);
  if (pictures.length === 0) return {};
  const result = resultOf(target, service);
  const read = await Promise.all(
    pictures.map(({ key, byLink }) => (byLink ? undefined : readBelow(ctx, result, key, INPUT_BYTES_MAX))),
  );
  const total = read.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
  const carry = async ({ key }: InputImage, at: number): Promise<CarriedImage> => {
    const bytes = read[at];
    // With its mask it may be too large although it is not by itself: then the mask alone goes along.
    if (!bytes || (at === 0 && total > INPUT_BYTES_MAX)) return { link: await linkTo(ctx, result, key) };
    return { base64: Buffer.from(bytes).toString("base64") };
  };
  const [image, mask] = await Promise.all(pictures.map(carry));
  return { ...(image && { image }), ...(mask && { mask }) };
}

/** By OSS's own domain, which the container turns into the internal one: a bucket's own may be out of its reach. */
async function linkTo(
  { oss, connection }: Pick<Context, "oss" | "connection">,
  { bucket, folder }: OssPlace,
  key: string,
): Promise<string> {
  await sizeBelow(oss, { bucket, folder }, key, LINKED_BYTES_MAX);
  const signed = await oss.presignGet(bucket, key, { expiresSeconds: LINK_SECONDS });
  const isOwnDomain = connection.bucketDomain?.bucket === bucket;
  return toServiceLink(signed, isOwnDomain ? `${bucket}.${connection.oss.host}` : undefined);
}

async function readBelow(
  { oss }: Pick<Context, "oss">,
  place: OssPlace,
  key: string,
  maxBytes: number,
): Promise<Uint8Array> {
  return oss.getObjectRange(place.bucket, key, 0, await sizeBelow(oss, place, key, maxBytes));
}

/** Rejects what lies elsewhere, is not there, or is too large. */
async function sizeBelow(
  oss: Context["oss"],
  { bucket, folder }: OssPlace,
  key: string,
  maxBytes: number,
): Promise<number> {
  const missing = () => new AppError("not_found", { params: { what: "object", name: key } });
  if (!key.startsWith(folder) || key.split("/").includes("..")) throw missing();
  const head = await oss.headObject(bucket, key);
  if (!head) throw missing();
  if (head.sizeBytes > maxBytes) throw tooLarge(maxBytes);
  return head.sizeBytes;
}

function resultOf({ result }: Pick<CallTarget, "result">, service: string) {
  if (!result) throw new AppError("not_ready", { params: { what: "result", service } });
  return result;
}
