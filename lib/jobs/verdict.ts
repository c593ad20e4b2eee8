import { renewalOf } from "@/lib/services/renewal";
import type { Snapshot } from "@/lib/services/snapshot";

/** What a start has come to, as far as one look tells. */
export type Verdict = "under_way" | "held_up" | "stuck" | "ready" | "failed" | "over";

/**
 * `held_up`: something is against it, but EAS goes on trying; when that lasts, it is stuck. A start that brings a version ends
 * with that version, not with the one which answers until then; a restart ends when none of those that it replaces is left.
 */
export function verdictOf(snapshot: Snapshot, version = 0, replaced?: readonly string[]): Verdict {
  const { isGone, service, stages, failure, instances } = snapshot;
  if (isGone) return "over";
  // A look from before the command tells nothing about it.
  if (!service || service.version.latest < version) return "under_way";
  if (["Stopped", "Stopping", "Deleting", "Deleted"].includes(service.status)) return "over";
  // A later one took its place.
  if (version > 0 && service.version.latest > version) return "over";
  if (service.status === "Failed" || service.status === "DeleteFailed") return "failed";
  const renewal = replaced && renewalOf(replaced, instances, service.instances);
  // The instances that are to go say nothing about those that come.
  if (renewal && !renewal.hasBegun) return "under_way";
  const isRenewed = !renewal || renewal.done === renewal.count;
  const answers = stages.find(({ id }) => id === "answering")?.state === "done";
  if (service.status === "Running" && answers && service.version.current >= version && isRenewed) return "ready";
  if (failure?.code === "unknown") return "stuck";
  return failure && !failure.serving ? "held_up" : "under_way";
}
