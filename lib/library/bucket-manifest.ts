/**
 * The manifest as an object below the model root, so that another console (or a script) can tell what was brought there and
 * what changed since. Everybody who may write to the bucket may write it: it is read as a stranger's word, and never needed.
 */
import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Listing } from "@/lib/oss/model-files";
import { NOTES_FOLDER } from "@/lib/oss/names";
import type { OssClient } from "@/lib/oss/types";
import type { Manifest } from "./manifest";

const PATH = `${NOTES_FOLDER}manifest.json`;
/** Thousands of files with long names stay below it. */
const BYTES_MAX = 8 * 1024 * 1024;

const Schema = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  by: z.string(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), etag: z.string(), crc64: z.string().optional() })),
});

interface Root {
  bucket: string;
  prefix: string;
}

export interface StoredManifest {
  at: Date;
  manifest: Manifest;
}

/** Replaces the one before. False where the account may not write: the root is as good without. */
export async function leaveManifest(
  oss: Pick<OssClient, "putObject">,
  { bucket, prefix }: Root,
  { at, by, manifest }: StoredManifest & { by: string },
): Promise<boolean> {
  const files = manifest.map(([path, sizeBytes, etag, crc64]) => ({ path, sizeBytes, etag, crc64 }));
  const content: z.input<typeof Schema> = { version: 1, at: at.toISOString(), by, files };
  try {
    await oss.putObject(bucket, prefix + PATH, new TextEncoder().encode(`${JSON.stringify(content, null, 1)}\n`));
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** What lies there, when it was written after `since` and can be read. */
export async function findManifest(
  oss: Pick<OssClient, "getObjectRange">,
  { bucket, prefix }: Root,
  { objects }: Listing,
  since: Date | undefined,
): Promise<StoredManifest | undefined> {
  const object = objects.find(({ key }) => key === prefix + PATH);
  if (!object || object.sizeBytes > BYTES_MAX) return undefined;
  // OSS tells whole seconds.
  if (since && Date.parse(object.lastModified) + 1000 <= since.getTime()) return undefined;
  try {
    const bytes = await oss.getObjectRange(bucket, object.key, 0, object.sizeBytes);
    const { at, files } = Schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const manifest = files.map(({ path, sizeBytes, etag, crc64 }): Manifest[number] =>
      crc64 === undefined ? [path, sizeBytes, etag] : [path, sizeBytes, etag, crc64],
    );
    return { at: new Date(at), manifest };
  } catch {
    return undefined;
  }
}
