import type { StepState } from "@/components/ui/stepper";
import { DEPLOY_STEPS, type DeployStep } from "@/lib/paths";
import type { PartialDraft } from "@/lib/service-config/draft";
import { isReady } from "@/lib/service-config/draft-document";
import { BUCKET_NAME, FOLDER } from "@/lib/service-config/names";

/** What the wizard knows beside the draft: a transfer lives in the page only. */
export interface Progress {
  uploading: boolean;
}

/** A model may still be on its way while the person goes on; the deployment waits for it. */
export function stepState(step: DeployStep, draft: PartialDraft, progress: Progress): StepState {
  // A configuration that was taken over names its bucket and its model itself.
  const isCopy = draft.source !== undefined && draft.config !== undefined;
  if (isCopy && (step === "check" || step === "model") && !progress.uploading) return "ok";
  switch (step) {
    case "check":
      return BUCKET_NAME.test(draft.check?.bucket ?? "") && draft.check?.region ? "ok" : "needs_you";
    case "model": {
      if (progress.uploading) return "working";
      const { source, bucket = "", root, report } = draft.model ?? {};
      if (!source || !BUCKET_NAME.test(bucket) || root === undefined || !FOLDER.test(root)) return "todo";
      return report?.complete ? "ok" : "needs_you";
    }
    case "service":
      return isReady(draft) ? "ok" : "todo";
    case "review":
      return reachable("review", draft, progress) ? "needs_you" : "todo";
    default:
      return step satisfies never;
  }
}

/** One may go back anywhere, and forward only past steps that have what the next one needs. */
export function reachable(step: DeployStep, draft: PartialDraft, progress: Progress): boolean {
  return DEPLOY_STEPS.slice(0, DEPLOY_STEPS.indexOf(step)).every((before) => {
    const state = stepState(before, draft, progress);
    return state === "ok" || state === "working";
  });
}

/** The step to show for a wish from the address bar: never past the first one that is not done. */
export function clampStep(wanted: DeployStep, draft: PartialDraft, progress: Progress): DeployStep {
  if (reachable(wanted, draft, progress)) return wanted;
  return DEPLOY_STEPS.findLast((step) => reachable(step, draft, progress)) ?? "check";
}
