import type { ModelReport } from "@/lib/models/check";
import { memoryFile } from "@/lib/models/model-file";
import type { PrefixReport } from "@/lib/oss/schemas";

/** The server's report in the form that the tree draws: names and sizes, without a way to read. */
export function ofPrefix({ verdict, findings, files, facts, bytesRead }: PrefixReport): ModelReport {
  const planned = files.map(({ path, sizeBytes }) => ({
    target: path,
    source: { ...memoryFile(path, new Uint8Array()), sizeBytes },
  }));
  return { verdict, findings, facts: new Map(facts), bytesRead, plan: { files: planned, leftBehind: [], steps: [] } };
}
