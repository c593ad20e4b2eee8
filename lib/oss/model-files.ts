/** Objects seen as files of a model folder, so that the check of a dropped folder works on a prefix too. */
import type { ModelFile } from "@/lib/models/types";
import type { OssClient } from "./types";

export function objectFile(
  oss: Pick<OssClient, "getObjectRange">,
  bucket: string,
  key: string,
  sizeBytes: number,
  path = key,
): ModelFile {
  return {
    path,
    sizeBytes,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      return oss.getObjectRange(bucket, key, Math.max(0, start), Math.min(end, sizeBytes));
    },
  };
}

/** More files than any model folder has; a prefix beyond it is not one, and would hold memory for nothing. */
const FILES_MAX = 20_000;

/** All objects below a prefix, with paths relative to it; the placeholder of the prefix itself is not one of its files. */
export async function modelFilesOfPrefix(
  oss: Pick<OssClient, "listAllObjects" | "getObjectRange">,
  bucket: string,
  prefix: string,
): Promise<{ files: ModelFile[]; truncated: boolean }> {
  const { objects, truncated } = await oss.listAllObjects(bucket, prefix, FILES_MAX);
  const files = objects
    .filter(({ key }) => key !== prefix)
    .map(({ key, sizeBytes }) => objectFile(oss, bucket, key, sizeBytes, key.slice(prefix.length)));
  return { files, truncated };
}
