import { checkAddOns, READ_AT_START } from "./add-ons";
import { checkBaseModel } from "./base-model";
import type { CheckContext, CheckFlags } from "./context";
import { FindingList, type ModelFinding, type Outcome } from "./findings";
import { folderOf } from "./folder";
import type { ModelDetail, ModelKind } from "./kinds";
import { type Layout, type LayoutOptions, layoutOf, planBytes } from "./plan";
import { createReader, type Reader } from "./reader";
import { checkControlnet, checkOptimized, checkStartupLora, checkTranslate } from "./root-folders";
import { type FileFact, flagsOf, type ModelFile, type ModelPlan, type Repair } from "./types";

export interface CheckOptions extends CheckFlags, LayoutOptions {}

export interface Verdict {
  /** No error: the service will start with this folder and work, as far as names and headers can tell. */
  ok: boolean;
  outcome: Outcome;
  kind: ModelKind;
  detail?: ModelDetail;
  /** Which branch of the container's rule loads it; null when neither does. */
  loadsVia: "diffusers" | "checkpoint" | null;
  /** What lies below the model root in the end. */
  files: number;
  totalBytes: number;
}

export interface ModelReport {
  verdict: Verdict;
  /** Errors first. */
  findings: ModelFinding[];
  plan: ModelPlan;
  /** What was seen in each weights file, by its path below the model root. */
  facts: ReadonlyMap<string, FileFact>;
  /** Taken one after the other they leave no error; absent when there is none, or no such way. */
  fix?: Repair[];
  bytesRead: number;
}

/** Of a long list of equal findings, this many are named. */
const MAX_NAMED = 20;
/** More steps than any folder seen so far needed. */
const MAX_FIXES = 6;

/**
 * Would the container start with these files? The rules are its own (diffusers-service.md, sections 4 and 10). Reads headers
 * and configs only, 4 MB at most. Throws when a read fails with an AppError or the signal is aborted.
 */
export async function checkModel(
  files: readonly ModelFile[],
  options: CheckOptions,
  signal?: AbortSignal,
): Promise<ModelReport> {
  signal?.throwIfAborted();
  const reader = createReader(signal);
  const report = await judge(files, options, reader);
  const fix = report.verdict.ok ? undefined : await findFix(files, options, reader, report);
  return { ...report, ...(fix ? { fix } : {}), bytesRead: reader.bytesRead() };
}

/** One pass of all rules over the plan. What was read before is not read again. */
async function judge(files: readonly ModelFile[], options: CheckOptions, reader: Reader): Promise<ModelReport> {
  const flags: CheckOptions = { ...options, ...Object.assign({}, ...(options.repairs ?? []).map(flagsOf)) };
  const layout = layoutOf(files, flags);
  const { plan } = layout;
  const findings = new FindingList({
    customImage: flags.customImage === true,
    inPlace: flags.inPlace === true,
  });
  const context: CheckContext = {
    flags,
    findings,
    reader,
    facts: new Map(),
    coming: new Set(plan.steps.flatMap((step) => (step.kind === "import" ? [step.preset] : []))),
    root: folderOf(plan.files.map(({ source, target }) => [target, source] as const)),
  };
  reportLayout(context, flags, layout);
  let kind: ModelKind = "unknown";
  let loadsVia: Verdict["loadsVia"] = null;
  let detail: ModelDetail | undefined;
  // A folder that first has to be chosen or moved has no content to judge yet.
  if (layout.candidates.length === 0 && layout.suggested.length === 0 && hasFiles(plan)) {
    ({ kind, loadsVia, detail } = await checkBaseModel(context));
    await Promise.all([
      checkControlnet(context, kind),
      checkTranslate(context),
      checkStartupLora(context, kind),
      checkOptimized(context, kind, loadsVia),
    ]);
    await checkAddOns(context, kind);
  }
  const sorted = findings.sorted();
  const ok = sorted[0]?.level !== "error";
  return {
    verdict: {
      ok,
      outcome: outcomeOf(sorted, flags, loadsVia),
      kind,
      ...(detail ? { detail } : {}),
      loadsVia: ok ? loadsVia : null,
      files: plan.files.filter(({ target }) => !target.endsWith("/")).length,
      totalBytes: planBytes(plan).uploadBytes,
    },
    findings: sorted,
    plan,
    facts: context.facts,
    bytesRead: reader.bytesRead(),
  };
}

/** Empty folders are remembered by a path of their own. */
const hasFiles = ({ files }: ModelPlan) => files.some(({ target }) => !target.endsWith("/"));

function outcomeOf(findings: readonly ModelFinding[], flags: CheckOptions, loadsVia: Verdict["loadsVia"]): Outcome {
  const has = (effect: ModelFinding["effect"]) => findings.some((finding) => finding.effect === effect);
  if (has("start")) return "will_not_start";
  if (has("safety")) return "unsafe";
  if (has("requests")) return "starts_only";
  if (findings.some(isUnseen)) return "not_checked";
  // What the public image would refuse has become a warning.
  return flags.customImage && (loadsVia === null || findings.some(isRefusal)) ? "own_image" : "loads";
}

/** Add-ons, which the start does not read, may stay unseen. */
const isUnseen = ({ code, path }: ModelFinding) =>
  code === "not_checked" && READ_AT_START.has(path?.split("/", 1)[0] ?? "");

const REFUSALS = /^(kind_unsupported|class_unknown|sharded_weights|dtype_unsupported|weights_missing|variant_only)$/;
const isRefusal = ({ code }: ModelFinding) => REFUSALS.test(code);

/** Tries the offered repairs out, the first of each error in turn, and keeps them when no error is left in the end. */
async function findFix(
  files: readonly ModelFile[],
  options: CheckOptions,
  reader: Reader,
  start: ModelReport,
): Promise<Repair[] | undefined> {
  const taken = [...(options.repairs ?? [])];
  const fix: Repair[] = [];
  let report = start;
  while (fix.length < MAX_FIXES) {
    const errors = report.findings.filter(({ level }) => level === "error");
    // Which of several models is meant is for the person to say.
    if (errors.some(({ code, repairs }) => !repairs || code === "several_models")) return undefined;
    const repair = errors[0]?.repairs?.[0];
    if (!repair) return fix.length > 0 ? fix : undefined;
    fix.push(repair);
    report = await judge(files, { ...options, repairs: [...taken, ...fix] }, reader);
  }
  return report.verdict.ok ? fix : undefined;
}

function reportLayout({ findings }: CheckContext, options: CheckOptions, layout: Layout): void {
  const { plan, suggested, candidates } = layout;
  if (!hasFiles(plan)) findings.add("no_files", undefined);
  if (candidates.length > 0) {
    const named = candidates.slice(0, MAX_NAMED);
    const into = (folder: string) => (folder.startsWith("base_model/") ? "base_model" : "");
    // Files in OSS stay where they are: only another model root can be chosen, not another base_model.
    const repairs = named
      .filter((folder) => !options.inPlace || into(folder) === "")
      .map((folder) => ({ kind: "unwrap" as const, folder, into: into(folder) }));
    findings.add("several_models", undefined, { folders: named.join(", ") }, { repairs });
  }
  const [first] = suggested;
  if (first && (first.kind === "unwrap" || first.kind === "move_into_base_model")) {
    const folder = first.kind === "unwrap" ? first.folder : first.from;
    // Another prefix as the model root moves nothing, so that one can be offered for files in OSS too.
    const canRepair = suggested.length === 1 && first.kind === "unwrap" && first.into === "";
    findings.add("wrong_place", folder || undefined, { folder: folder || "/" }, canRepair ? { repairs: [first] } : {});
  }
  reportSteps(findings, plan.steps);
  for (const code of ["bad_path", "same_name"] as const) {
    for (const { source } of plan.leftBehind.filter(({ reason }) => reason === code).slice(0, MAX_NAMED)) {
      findings.add(code, source.path);
    }
  }
  const useless = plan.leftBehind.filter(
    ({ reason }) => reason !== "bad_path" && reason !== "same_name" && reason !== "chosen" && reason !== "replaced",
  );
  if (useless.length > 0) {
    const savedBytes = useless.reduce((total, { source }) => total + source.sizeBytes, 0);
    findings.add("left_behind", undefined, { count: useless.length, savedBytes });
  }
}

/** What was done to the layout, by itself or because it was asked for. */
function reportSteps(findings: FindingList, steps: readonly Repair[]): void {
  for (const step of steps) {
    if (step.kind === "unwrap") findings.add("unwrapped", undefined, { folder: step.folder });
    else if (step.kind === "move_into_base_model")
      findings.add("moved_into_base_model", undefined, { folder: step.from || "/" });
    else if (step.kind === "add_neutral_members") {
      const code = step.modelIndex === undefined ? "neutral_folders_added" : "neutral_members_added";
      findings.add(code, undefined, { members: step.members.join(", ") });
    }
  }
}
