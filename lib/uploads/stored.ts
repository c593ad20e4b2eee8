/** What lies at the target already, so that equal files are not sent again. */
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { keyBelow } from "@/lib/oss/names";
import type { SizesReply, StatReply, StatSchema } from "@/lib/oss/upload/wire";
import { uploadTarget } from "./target";

/** More than a model root ever holds; beyond it files are simply sent. */
const SIZES_MAX = 20_000;

export async function listStoredSizes(context: Context, id: string): Promise<z.output<typeof SizesReply>> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const { objects } = await context.oss.listAllObjects(bucket, prefix, SIZES_MAX);
  return { sizes: objects.map(({ key, sizeBytes }) => [key.slice(prefix.length), sizeBytes]) };
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
