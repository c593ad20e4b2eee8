import type { Verdict } from "@/lib/models/check";
import type { ModelFinding } from "@/lib/models/findings";
import type { ModelReport as DraftReport } from "@/lib/service-config/draft";

/** What the later steps need to know of a checked model; `paths` lie below the model root. */
export function toDraftReport(
  { verdict, findings }: { verdict: Verdict; findings: readonly ModelFinding[] },
  paths: readonly string[],
  complete: boolean,
): DraftReport {
  const has = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`));
  const count = (level: ModelFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  return {
    fileCount: verdict.files,
    sizeBytes: verdict.totalBytes,
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

function errorCodes(findings: readonly ModelFinding[]): string[] {
  return [...new Set(findings.filter(({ level }) => level === "error").map(({ code }) => code))];
}
