/** Something small to try the line to the bucket with: of both kinds that an upload sends, and nothing of it stays. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { isNote, keyBelow, NOTES_FOLDER } from "@/lib/oss/names";
import { PROBE_TEXT } from "@/lib/oss/upload/probe-text";
import { MultipartSchema, type ProbeReply } from "@/lib/oss/upload/wire";
import { type UploadTarget, uploadTarget } from "./target";

/** As many as the page sends. */
const PROBE_BYTES = PROBE_TEXT.length;
const EXPIRES_SECONDS = 120;
const PREFIX = `${NOTES_FOLDER}probe-`;

export async function openProbe(ctx: Context, id: string): Promise<z.output<typeof ProbeReply>> {
  return openProbeAt(ctx, await uploadTarget(ctx, id));
}

export async function openProbeAt(
  { oss }: Pick<Context, "oss">,
  { bucket, prefix }: UploadTarget,
): Promise<z.output<typeof ProbeReply>> {
  const path = `${PREFIX}${randomUUID()}`;
  const key = keyBelow(prefix, path);
  const { uploadId } = await oss.initiateUpload(bucket, key);
  const [url = ""] = await oss.presignParts(bucket, key, {
    uploadId,
    parts: [{ number: 1, sizeBytes: PROBE_BYTES }],
    expiresSeconds: EXPIRES_SECONDS,
  });
  const limits = { prefix, maxBytes: PROBE_BYTES, expiresSeconds: EXPIRES_SECONDS };
  return { path, uploadId, url, form: { ...oss.signForm(bucket, limits), ...limits } };
}

export const CloseProbeSchema = MultipartSchema.extend({ path: z.string().refine(isProbe, "bad_path") });

export async function closeProbe(ctx: Context, id: string, probe: z.output<typeof CloseProbeSchema>): Promise<null> {
  return closeProbeAt(ctx, await uploadTarget(ctx, id), probe);
}

export async function closeProbeAt(
  { oss }: Pick<Context, "oss">,
  { bucket, prefix }: UploadTarget,
  { path, uploadId }: z.output<typeof CloseProbeSchema>,
): Promise<null> {
  const key = keyBelow(prefix, path);
  await Promise.all([oss.abortUpload(bucket, key, uploadId), oss.deleteObject(bucket, key)]);
  return null;
}

/** Left behind by a page that went away in between. */
export function isProbe(path: string): boolean {
  return isNote(path) && path.startsWith(PREFIX) && !path.slice(PREFIX.length).includes("/");
}
