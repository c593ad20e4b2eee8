import type { Snapshot } from "@/lib/services/snapshot";

/** What a start has come to, as far as one look tells. */
export type Verdict = "under_way" | "held_up" | "stuck" | "ready" | "failed" | "over";

/** `held_up`: something is against it, but EAS goes on trying; when that lasts, it is stuck. */
export function verdictOf({ isGone, service, stages, failure }: Snapshot): Verdict {
  if (isGone) return "over";
  if (!service) return "under_way";
  if (["Stopped", "Stopping", "Deleting", "Deleted"].includes(service.status)) return "over";
  if (service.status === "Failed" || service.status === "DeleteFailed") return "failed";
  const answers = stages.find(({ id }) => id === "answering")?.state === "done";
  if (service.status === "Running" && answers) return "ready";
  if (failure?.code === "unknown") return "stuck";
  return failure && !failure.serving ? "held_up" : "under_way";
}
