/** Objects seen as files of a model folder, so that the check of a dropped folder works on a prefix too. */
import type { ModelFile } from "@/lib/models/types";
import { isNote } from "./names";
import type { OssClient, OssObject } from "./types";

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

/** What lies below a prefix, as OSS lists it. */
export interface Listing {
  objects: readonly OssObject[];
  /** There is more than a model folder can have. */
  truncated: boolean;
}

export function listModelRoot(
  oss: Pick<OssClient, "listAllObjects">,
  bucket: string,
  prefix: string,
): Promise<Listing> {
  return oss.listAllObjects(bucket, prefix, FILES_MAX);
}

/** With paths relative to the prefix. Its own placeholder and the console's notes are none of its files. */
export function modelFilesOf(
  oss: Pick<OssClient, "getObjectRange">,
  bucket: string,
  prefix: string,
  { objects }: Listing,
): ModelFile[] {
  return objects
    .filter(({ key }) => key !== prefix && !isNote(key.slice(prefix.length)))
    .map(({ key, sizeBytes, lastModified }) => ({
      ...objectFile(oss, bucket, key, sizeBytes, key.slice(prefix.length)),
      modifiedAt: Date.parse(lastModified),
    }));
}
