import type { RolloutRecord, ServiceRecord } from "@/lib/sandbox/eas/records";

/*
 * How far an update may go under a rollout strategy (reference: eas-openapi.md §7.1). Pure. The sources disagree on what
 * Partition counts; here, as in the reply's description and in Kubernetes, it is the replicas that stay old.
 */

export type RolloutPhase = "Pending" | "Running" | "Paused" | "Completed" | "Failed";

/** `3` or `30%` of the replicas. */
export function resolveCount(text: string, total: number, round: (share: number) => number): number {
  const share = /^(\d+)%$/.exec(text)?.[1];
  return share === undefined ? Number(text) : round((Number(share) / 100) * total);
}

/** So many replicas of the newest version there may be; undefined where no strategy holds an update back. */
export function replicasAllowed(service: ServiceRecord, wanted: number): number | undefined {
  const { rollout } = service;
  if (!rollout) return undefined;
  if (rollout.frozenAt !== undefined) return Math.min(wanted, rollout.frozenAt);
  const allowed = byStrategy(rollout, wanted);
  return rollout.paused ? Math.min(allowed, updatedReplicas(service).length) : allowed;
}

function byStrategy({ strategy, batches }: RolloutRecord, wanted: number): number {
  if ("partition" in strategy) return Math.max(0, wanted - resolveCount(strategy.partition, wanted, Math.ceil));
  return Math.min(wanted, batches * Math.max(1, resolveCount(strategy.batch.batchSize, wanted, Math.ceil)));
}

export function updatedReplicas(service: ServiceRecord) {
  return service.instances.filter(
    ({ role, status, version, detached }) =>
      role === "Standard" && status !== "Terminating" && !detached && version === service.latestVersion,
  );
}

function outdatedReplicas(service: ServiceRecord) {
  return service.instances.filter(
    ({ role, status, version, detached }) =>
      role === "Standard" && status !== "Terminating" && !detached && version !== service.latestVersion,
  );
}

export function rolloutPhase(service: ServiceRecord, rollout: RolloutRecord, wanted: number): RolloutPhase {
  if (!rollout.began && outdatedReplicas(service).length === 0) return "Pending";
  if (updatedReplicas(service).some(({ gaveUp }) => gaveUp)) return "Failed";
  if (outdatedReplicas(service).length === 0) return "Completed";
  // A partition that is reached waits for somebody to make it smaller.
  const reached = "partition" in rollout.strategy && updatedReplicas(service).length >= byStrategy(rollout, wanted);
  return rollout.paused || reached ? "Paused" : "Running";
}

/** An update begins: batches are counted anew, and a strategy that was deleted holds nothing back any more. */
export function beginRollout(service: ServiceRecord): void {
  const { rollout } = service;
  if (rollout?.frozenAt !== undefined) service.rollout = undefined;
  else if (rollout) service.rollout = { ...rollout, began: true, batches: 1, nextBatchAt: undefined };
}
