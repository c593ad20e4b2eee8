import type { Verdict } from "@/lib/models/check";
import type { ModelFinding } from "@/lib/models/findings";
import type { ModelReport as DraftReport } from "@/lib/service-config/draft";

interface CheckedModel {
  verdict: Verdict;
  findings: readonly ModelFinding[];
  /** What was seen in weights files, by path. */
  facts?: Iterable<readonly [string, { precision?: string }]>;
  files?: readonly { path: string; sizeBytes: number }[];
  plan?: { files: readonly { target: string; source: { sizeBytes: number } }[] };
}

/** What the later steps need to know of a checked model; `paths` lie below the model root. */
export function toDraftReport(
  { verdict, findings, facts, files, plan }: CheckedModel,
  paths: readonly string[],
  complete: boolean,
): DraftReport {
  const has = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`));
  const count = (level: ModelFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  return {
    fileCount: verdict.files,
    sizeBytes: verdict.totalBytes,
    weightsBytes: weightsAsHeld(facts ?? [], files ?? plan?.files.map(toFile) ?? []),
    errors: count("error"),
    // What a person uploads although the check refused it stays told.
    ...(count("error") > 0 && !complete ? { overruled: errorCodes(findings) } : {}),
    warnings: count("warning"),
    folders: {
      baseModel: has("base_model"),
      controlnet: has("controlnet"),
      translate: has("translate"),
      lora: has("lora_model"),
      optimizedModel: has("optimized_model"),
    },
    complete,
  };
}

const toFile = ({ target, source }: { target: string; source: { sizeBytes: number } }) => ({
  path: target,
  sizeBytes: source.sizeBytes,
});

/** What base model and ControlNet take once they are loaded, as fp16. Of the same weights in two formats one is read. */
function weightsAsHeld(
  facts: Iterable<readonly [string, { precision?: string }]>,
  files: readonly { path: string; sizeBytes: number }[],
): number {
  const precisions = new Map(facts);
  const largest = new Map<string, number>();
  for (const { path, sizeBytes } of files) {
    const seen = precisions.get(path);
    if (!seen || !/^(base_model|controlnet)\//.test(path)) continue;
    const held = seen.precision === "fp32" ? sizeBytes / 2 : sizeBytes;
    const folder = path.slice(0, path.lastIndexOf("/"));
    largest.set(folder, Math.max(largest.get(folder) ?? 0, held));
  }
  return [...largest.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function errorCodes(findings: readonly ModelFinding[]): string[] {
  return [...new Set(findings.filter(({ level }) => level === "error").map(({ code }) => code))];
}
