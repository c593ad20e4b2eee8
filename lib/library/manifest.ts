import { z } from "zod";
import { isNote } from "@/lib/oss/names";

/**
 * What lay below a model root at one moment: path, bytes, ETag, and the CRC-64 where whoever brought the file had compared
 * it. Short, because a root may hold thousands of files.
 */
export const ManifestSchema = z.array(z.tuple([z.string(), z.number(), z.string(), z.string().optional()]));
export type Manifest = z.infer<typeof ManifestSchema>;

export interface ManifestChanges {
  added: string[];
  removed: string[];
  /** Same path, other content: the ETag of an object changes with its bytes (reference: oss-rest.md §9). */
  changed: string[];
}

export function toManifest(
  objects: readonly { key: string; sizeBytes: number; etag: string }[],
  prefix: string,
  sums: ReadonlyMap<string, string> = new Map(),
): Manifest {
  return objects
    .filter(({ key }) => key !== prefix && !isNote(key.slice(prefix.length)))
    .map(({ key, sizeBytes, etag }) => {
      const path = key.slice(prefix.length);
      const crc64 = sums.get(path);
      return crc64 === undefined ? [path, sizeBytes, etag] : [path, sizeBytes, etag, crc64];
    });
}

export function compareManifests(before: Manifest, now: Manifest): ManifestChanges {
  const known = new Map(before.map(([path, sizeBytes, etag]) => [path, `${sizeBytes} ${etag}`]));
  const present = new Set(now.map(([path]) => path));
  return {
    added: now.filter(([path]) => !known.has(path)).map(([path]) => path),
    removed: before.filter(([path]) => !present.has(path)).map(([path]) => path),
    changed: now
      .filter(([path, sizeBytes, etag]) => known.has(path) && known.get(path) !== `${sizeBytes} ${etag}`)
      .map(([path]) => path),
  };
}

/** More folders than this say nothing at a glance. */
const PARTS_MAX = 12;

/** The folders directly below the root, as the container's rules name them: `base_model`, `controlnet` … */
export function partsOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : []));
  return [...new Set(folders)].slice(0, PARTS_MAX);
}
