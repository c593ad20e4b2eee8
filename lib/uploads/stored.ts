/** What lies at the target already, so that equal files are not sent again. */
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { keyBelow } from "@/lib/oss/names";
import type { OpenReply, SizesReply, StatReply, StatSchema } from "@/lib/oss/upload/wire";
import { uploadTarget } from "./target";

/** More than a model root ever holds; beyond it files are simply sent. */
const SIZES_MAX = 20_000;

export async function listStoredSizes(context: Context, id: string): Promise<z.output<typeof SizesReply>> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const { objects } = await context.oss.listAllObjects(bucket, prefix, SIZES_MAX);
  return { sizes: objects.map(({ key, sizeBytes }) => [key.slice(prefix.length), sizeBytes]) };
}

/** More than one person ever leaves half-done in one model. */
const OPEN_MAX = 1000;

/**
 * Half-done multipart uploads below the target: a visit from another browser, or after this one forgot, goes on with them.
 * The page compares every part before it counts.
 */
export async function listOpenBelow(context: Context, id: string): Promise<z.output<typeof OpenReply>> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const uploads = await context.oss.listUploads(bucket, prefix, OPEN_MAX);
  const byAge = uploads.toSorted((a, b) => a.initiatedAt.localeCompare(b.initiatedAt));
  return { uploads: byAge.map(({ key, uploadId }) => [key.slice(prefix.length), uploadId]) };
}

export async function statStored(
  context: Context,
  id: string,
  { path }: z.output<typeof StatSchema>,
): Promise<z.output<typeof StatReply>> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const head = await context.oss.headObject(bucket, keyBelow(prefix, path));
  return { file: head ? { sizeBytes: head.sizeBytes, crc64: head.crc64 } : null };
}
