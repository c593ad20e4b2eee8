import type { Verdict } from "./check";
import type { FindingCode, ModelFinding } from "./findings";
import type { ModelKind } from "./identify";
import type { LeaveReason } from "./types";

type Params = Record<string, string | number>;

export type ModelTextKey =
  | `findings.${FindingCode}.${"title" | "next"}`
  | `findings.leave.${LeaveReason}`
  | `findings.verdict.${"ok" | "failed"}`
  | `modelKinds.${ModelKind}`;

/** The console's translate function and its size format, handed in: rules know no language. */
export interface TextTools {
  t(key: ModelTextKey, params?: Params): string;
  bytes(value: number): string;
}

/** Parameters as words: a kind by its name, a size with its unit. */
function inWords(params: Params, { t, bytes }: TextTools): Params {
  const words: Params = {};
  for (const [name, value] of Object.entries(params)) {
    if (/^(kind|baseKind)$/.test(name)) words[name] = t(`modelKinds.${value as ModelKind}`);
    else words[name] = name.endsWith("Bytes") && typeof value === "number" ? bytes(value) : value;
  }
  return words;
}

/** One finding as two sentences: what and why, and what to do. */
export function findingText(finding: ModelFinding, tools: TextTools): { title: string; next: string } {
  const params = inWords(finding.params, tools);
  return {
    title: tools.t(`findings.${finding.code}.title`, params),
    next: tools.t(`findings.${finding.code}.next`, params),
  };
}

/** The line on top: "Will load as …" or "Will not start: …" with the first error. */
export function verdictText(verdict: Verdict, findings: readonly ModelFinding[], tools: TextTools): string {
  const first = findings.find((finding) => finding.level === "error");
  if (first) return tools.t("findings.verdict.failed", { reason: findingText(first, tools).title });
  return tools.t("findings.verdict.ok", {
    kind: tools.t(`modelKinds.${verdict.kind}`),
    size: tools.bytes(verdict.totalBytes),
    count: verdict.files,
  });
}
