import { checkBaseModel } from "./base-model";
import type { CheckContext, CheckFlags } from "./context";
import { FindingList, type ModelFinding } from "./findings";
import { folderOf } from "./folder";
import type { ModelKind } from "./identify";
import { type Layout, type LayoutOptions, layoutOf, planBytes } from "./plan";
import { createReader } from "./reader";
import { checkControlnet, checkOptimized, checkStartupLora, checkTranslate } from "./root-folders";
import type { ModelFile, ModelPlan } from "./types";

export interface CheckOptions extends CheckFlags, LayoutOptions {}

export interface Verdict {
  /** The service will start with this folder, as far as names and headers can tell. */
  ok: boolean;
  kind: ModelKind;
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
  bytesRead: number;
}

/** Of a long list of equal findings, this many are named. */
const MAX_NAMED = 20;

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
  const layout = layoutOf(files, options);
  const { plan } = layout;
  const reader = createReader(signal);
  const findings = new FindingList(options.customImage === true);
  const context: CheckContext = {
    flags: options,
    findings,
    reader,
    root: folderOf(plan.files.map(({ source, target }) => [target, source] as const)),
    offer: (proof, ...repairs) => ({
      ...(proof === undefined ? {} : { proof }),
      ...(repairs.length > 0 && !options.inPlace ? { repairs } : {}),
    }),
  };
  reportLayout(context, options, layout);
  let kind: ModelKind = "unknown";
  let loadsVia: Verdict["loadsVia"] = null;
  // A folder that first has to be chosen or moved has no content to judge yet.
  if (layout.candidates.length === 0 && layout.suggested.length === 0 && plan.files.length > 0) {
    ({ kind, loadsVia } = await checkBaseModel(context));
    await Promise.all([checkControlnet(context, kind), checkTranslate(context), checkStartupLora(context, kind)]);
    checkOptimized(context, kind);
  }
  const sorted = findings.sorted();
  const ok = sorted[0]?.level !== "error";
  return {
    verdict: {
      ok,
      kind,
      loadsVia: ok ? loadsVia : null,
      files: plan.files.filter(({ target }) => !target.endsWith("/")).length,
      totalBytes: planBytes(plan).uploadBytes,
    },
    findings: sorted,
    plan,
    bytesRead: reader.bytesRead(),
  };
}

function reportLayout(
  { findings }: CheckContext,
  options: CheckOptions,
  { plan, suggested, candidates }: Layout,
): void {
  if (plan.files.length === 0) findings.add("no_files", undefined);
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
  for (const step of plan.steps) {
    if (step.kind === "unwrap") findings.add("unwrapped", undefined, { folder: step.folder });
    else if (step.kind === "move_into_base_model")
      findings.add("moved_into_base_model", undefined, { folder: step.from || "/" });
    else if (step.kind === "add_neutral_members")
      findings.add("neutral_members_added", undefined, { members: step.members.join(", ") });
  }
  for (const code of ["bad_path", "same_name"] as const) {
    for (const { source } of plan.leftBehind.filter(({ reason }) => reason === code).slice(0, MAX_NAMED)) {
      findings.add(code, source.path);
    }
  }
  const useless = plan.leftBehind.filter(
    ({ reason }) => reason !== "bad_path" && reason !== "same_name" && reason !== "chosen",
  );
  if (useless.length > 0) {
    const savedBytes = useless.reduce((total, { source }) => total + source.sizeBytes, 0);
    findings.add("left_behind", undefined, { count: useless.length, savedBytes });
  }
}
