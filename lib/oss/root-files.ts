/** What lies below a model root, and single pieces of it, for a check that the page makes together with files of its own. */
import type { z } from "zod";
import { listModelRoot, modelFilesOf } from "./model-files";
import { parsePrefix } from "./names";
import type { RangeSchema, RootFiles, RootFilesSchema } from "./schemas";
import type { OssClient } from "./types";

interface Context {
  oss: OssClient;
}

export async function listRootFiles(
  { oss }: Context,
  { bucket, prefix: given }: z.output<typeof RootFilesSchema>,
): Promise<RootFiles> {
  const prefix = parsePrefix(given);
  const listing = await listModelRoot(oss, bucket, prefix);
  const files = modelFilesOf(oss, bucket, prefix, listing).map(({ path, sizeBytes }) => ({ path, sizeBytes }));
  return { files, truncated: listing.truncated };
}

/** A piece of one object, as small as the check's reads are. */
export async function readRange(
  { oss }: Context,
  { bucket, key, start, end }: z.output<typeof RangeSchema>,
): Promise<Response> {
  const bytes = await oss.getObjectRange(bucket, key, start, end);
  return new Response(new Uint8Array(bytes), {
    headers: { "content-type": "application/octet-stream", "cache-control": "no-store" },
  });
}
