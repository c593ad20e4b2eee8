/** The small calls around the parts; they need no browser and so no signed URL (reference: oss-rest.md §15). */
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { keyBelow } from "@/lib/oss/names";
import type { UploadedPart } from "@/lib/oss/types";
import type { StoredFile } from "@/lib/oss/upload/types";
import type { CompleteSchema, InitiateSchema, MultipartSchema } from "@/lib/oss/upload/wire";
import { uploadTarget } from "./target";

export async function initiateUpload(
  context: Context,
  id: string,
  { path }: z.output<typeof InitiateSchema>,
): Promise<{ uploadId: string }> {
  const { bucket, prefix } = await uploadTarget(context, id);
  return context.oss.initiateUpload(bucket, keyBelow(prefix, path));
}

export async function completeUpload(
  context: Context,
  id: string,
  { path, uploadId, parts, expected }: z.output<typeof CompleteSchema>,
): Promise<StoredFile> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const { sizeBytes, crc64 } = await context.oss.completeUpload(
    bucket,
    keyBelow(prefix, path),
    uploadId,
    parts,
    expected,
  );
  return { sizeBytes, crc64 };
}

export async function abortUpload(
  context: Context,
  id: string,
  { path, uploadId }: z.output<typeof MultipartSchema>,
): Promise<null> {
  const { bucket, prefix } = await uploadTarget(context, id);
  await context.oss.abortUpload(bucket, keyBelow(prefix, path), uploadId);
  return null;
}

export async function listUploadedParts(
  context: Context,
  id: string,
  { path, uploadId }: z.output<typeof MultipartSchema>,
): Promise<{ parts: UploadedPart[] }> {
  const { bucket, prefix } = await uploadTarget(context, id);
  return { parts: await context.oss.listParts(bucket, keyBelow(prefix, path), uploadId) };
}
