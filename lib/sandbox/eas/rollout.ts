import type { InstanceRecord, ServiceRecord } from "./records";

/** What has to be done so that the service's instances become what its configuration asks for. */
export interface RolloutPlan {
  /** Instances of the newest version to add. */
  add: number;
  addQueue: boolean;
  remove: InstanceRecord[];
  /** All that may be the newest version's are, ready, and there are as many as wanted. */
  settled: boolean;
  /** Ready so far as a rollout strategy lets it go, and more are to follow. */
  stepDone: boolean;
  /** An instance of the newest version that crashed too often. */
  failed?: InstanceRecord;
  /** Ready instances of any version: they serve meanwhile. */
  serving: number;
}

export interface Wanted {
  instances: number;
  queue: boolean;
  /** Names that a scale-in should take first. */
  victims?: readonly string[];
  /** Above and below the wanted number during an update (reference: eas-service-json.md §2.2). */
  maxSurge?: number;
  maxUnavailable?: number;
  /** A rollout strategy lets so many have the newest version; for good, when it was deleted. */
  allowed?: number;
  frozen?: boolean;
  /** Counts as serving though it is not ready: its process comes back after a restart of the sandbox. */
  isReviving?: (instance: InstanceRecord) => boolean;
}

/**
 * Rolling, as a Deployment rolls: at most `maxSurge` instances more than wanted, at most `maxUnavailable` fewer that serve.
 * Instances of older versions that do not serve go at once. What is missing is always added in the newest version.
 */
export function planRollout(service: ServiceRecord, wanted: Wanted): RolloutPlan {
  const { instances: count, victims = [], maxSurge = 1, maxUnavailable = 0 } = wanted;
  const serves = (instance: InstanceRecord) => instance.ready || (wanted.isReviving?.(instance) ?? false);
  const live = service.instances.filter(({ status, detached }) => status !== "Terminating" && !detached);
  const workers = live.filter(({ role }) => role === "Standard");
  const queues = live.filter(({ role }) => role === "Queue");
  const current = workers.filter(({ version }) => version === service.latestVersion);
  const older = workers.filter((instance) => instance.version !== service.latestVersion && serves(instance));
  const idleOlder = workers.filter((instance) => instance.version !== service.latestVersion && !serves(instance));
  const ready = current.filter(serves);

  const goal = Math.min(count, wanted.allowed ?? count);
  const keptOlder = Math.min(older.length, Math.max(0, count - Math.max(goal, current.length)));
  const missing = Math.max(goal - current.length, count - current.length - older.length);
  const room = Math.max(0, count + maxSurge - current.length - older.length);
  const spare = Math.max(0, ready.length + older.length - Math.max(0, count - maxUnavailable));
  const outdated = [...older].sort(byExpendability(victims));

  const surplus = Math.max(0, current.length - count);
  const remove = [
    ...[...current].sort(byExpendability(victims)).slice(0, surplus),
    ...idleOlder,
    ...outdated.slice(0, Math.min(older.length - keptOlder, spare)),
    ...(wanted.queue ? [] : queues),
  ];
  const add = Math.max(0, Math.min(missing, room));
  const addQueue = wanted.queue && queues.length === 0;
  const queueReady = !wanted.queue || queues.some((queue) => queue.ready);
  const quiet = add === 0 && remove.length === 0 && !addQueue;
  const finished = older.length === 0 || (wanted.frozen === true && older.length === keptOlder);
  return {
    add,
    addQueue,
    remove,
    settled: quiet && queueReady && finished && readyOf(current) >= goal && readyOf(workers) >= count,
    stepDone: add === 0 && keptOlder > 0 && goal < count && readyOf(current) >= goal,
    failed: current.find((instance) => instance.gaveUp),
    serving: readyOf(workers),
  };
}

function readyOf(instances: readonly InstanceRecord[]): number {
  return instances.filter(({ ready }) => ready).length;
}

/** Named victims first, then those that do not serve, then the youngest. */
function byExpendability(victims: readonly string[]) {
  const rank = (instance: InstanceRecord) => (victims.includes(instance.name) ? 0 : instance.ready ? 2 : 1);
  return (a: InstanceRecord, b: InstanceRecord) => rank(a) - rank(b) || b.createdAt - a.createdAt;
}
