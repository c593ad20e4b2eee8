import type { z } from "zod";
import { checkModel } from "@/lib/models/check";
import type { CheckFlags } from "@/lib/models/context";
import type { OssClient } from "./client";
import { type Listing, listModelRoot, modelFilesOf } from "./model-files";
import { parsePrefix } from "./names";
import type { CheckPrefixSchema, PrefixReport } from "./schemas";

interface CheckContext {
  oss: OssClient;
  signal: AbortSignal;
}

/** The check of a dropped folder, on files that lie in OSS already. */
export async function checkPrefix(ctx: CheckContext, input: z.output<typeof CheckPrefixSchema>): Promise<PrefixReport> {
  const prefix = parsePrefix(input.prefix);
  return checkListing(ctx, { ...input, prefix }, await listModelRoot(ctx.oss, input.bucket, prefix));
}

/** The same for who has the listing already. `prefix` is one of `parsePrefix`. */
export async function checkListing(
  { oss, signal }: CheckContext,
  { bucket, prefix: keyPrefix, ...flags }: CheckFlags & { bucket: string; prefix: string },
  listing: Listing,
): Promise<PrefixReport> {
  const files = modelFilesOf(oss, bucket, keyPrefix, listing);
  const { verdict, findings, facts, bytesRead } = await checkModel(
    files,
    { ...flags, keyPrefix, inPlace: true },
    signal,
  );
  return {
    verdict,
    findings,
    bytesRead,
    facts: [...facts],
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    truncated: listing.truncated,
  };
}
