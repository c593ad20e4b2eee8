import type { z } from "zod";
import { checkModel } from "@/lib/models/check";
import type { OssClient } from "./client";
import { modelFilesOfPrefix } from "./model-files";
import { parsePrefix } from "./names";
import type { CheckPrefixSchema, PrefixReport } from "./schemas";

/** The check of a dropped folder, on files that lie in OSS already. */
export async function checkPrefix(
  { oss, signal }: { oss: OssClient; signal: AbortSignal },
  { bucket, prefix, ...flags }: z.output<typeof CheckPrefixSchema>,
): Promise<PrefixReport> {
  const keyPrefix = parsePrefix(prefix);
  const { files, truncated } = await modelFilesOfPrefix(oss, bucket, keyPrefix);
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
    truncated,
  };
}
