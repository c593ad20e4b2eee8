import type { Verdict } from "./check";
import type { FINDING_RULES, FindingCode, ModelFinding } from "./findings";
import type { ModelDetail, ModelKind } from "./kinds";
import type { FileFact, LeaveReason } from "./types";

type Params = Record<string, string | number>;

/** Those that can stand in the verdict. */
type ErrorCode = {
  [Code in FindingCode]: (typeof FINDING_RULES)[Code]["level"] extends "error" ? Code : never;
}[FindingCode];

export type ModelTextKey =
  | `findings.${FindingCode}.${"title" | "next"}`
  | `findings.${ErrorCode}.short`
  | `findings.leave.${LeaveReason}`
  | `findings.verdict.${"ok" | "failed" | "failed_more" | "starts_only" | "unsafe" | "own_image" | "not_checked"}`
  | "findings.detailed"
  | "findings.madeFor"
  | `modelKinds.${ModelKind}`
  | `modelDetails.${ModelDetail}`;

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

/** The reason in a few words; its sentence stands among the findings. */
function shortText(finding: ModelFinding, tools: TextTools): string {
  // Only errors get into a verdict, and each error has a short text, which a test holds.
  return tools.t(`findings.${finding.code as ErrorCode}.short`, inWords(finding.params, tools));
}

/** The line on top: "Will load as …", or what keeps it from that in a few words. */
export function verdictText(verdict: Verdict, findings: readonly ModelFinding[], tools: TextTools): string {
  const errors = findings.filter((finding) => finding.level === "error");
  const [first] = errors;
  if (!first) {
    const params = { kind: kindText(verdict, tools), size: tools.bytes(verdict.totalBytes), count: verdict.files };
    const { outcome } = verdict;
    const isOpen = outcome === "own_image" || outcome === "not_checked";
    return tools.t(`findings.verdict.${isOpen ? outcome : "ok"}`, params);
  }
  const reason = shortText(first, tools);
  if (verdict.outcome === "starts_only") return tools.t("findings.verdict.starts_only", { reason });
  if (verdict.outcome === "unsafe") return tools.t("findings.verdict.unsafe", { reason });
  if (errors.length === 1) return tools.t("findings.verdict.failed", { reason });
  return tools.t("findings.verdict.failed_more", { reason, count: errors.length - 1 });
}

function kindText({ kind, detail }: Pick<Verdict, "kind" | "detail">, { t }: TextTools): string {
  const name = t(`modelKinds.${kind}`);
  return detail ? t("findings.detailed", { kind: name, detail: t(`modelDetails.${detail}`) }) : name;
}

/** What a weights file is, for its row in the tree: `LoRA for SD 1.5 · fp16`. */
export function factText({ kind, base, precision, variant }: FileFact, { t }: TextTools): string {
  const parts: string[] = [];
  if (kind !== "unknown") {
    const name = variant ?? t(`modelKinds.${kind}`);
    parts.push(base ? t("findings.madeFor", { kind: name, base: t(`modelKinds.${base}`) }) : name);
  }
  if (precision) parts.push(precision);
  return parts.join(" · ");
}
