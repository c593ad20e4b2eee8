import type { InstanceRecord, ServiceRecord } from "./records";

/** What has to be done so that the service's instances become what its configuration asks for. */
export interface RolloutPlan {
  /** Instances of the newest version to add. */
  add: number;
  addQueue: boolean;
  remove: InstanceRecord[];
  /** All instances are the newest version's, ready, and as many as wanted. */
  settled: boolean;
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
}

/** Rolling: instances of older versions stay until the newest version's are ready, unless they do not serve anyway. */
export function planRollout(service: ServiceRecord, wanted: Wanted): RolloutPlan {
  const live = service.instances.filter(({ status, detached }) => status !== "Terminating" && !detached);
  const workers = live.filter(({ role }) => role === "Standard");
  const queues = live.filter(({ role }) => role === "Queue");
  const current = workers.filter(({ version }) => version === service.latestVersion);
  const older = workers.filter(({ version }) => version !== service.latestVersion);
  const ready = current.filter((instance) => instance.ready);
  const complete = ready.length >= wanted.instances;

  const surplus = Math.max(0, current.length - wanted.instances);
  const remove = [
    ...[...current].sort(byExpendability(wanted.victims ?? [])).slice(0, surplus),
    ...older.filter((instance) => complete || !instance.ready),
    ...(wanted.queue ? [] : queues),
  ];
  const add = Math.max(0, wanted.instances - current.length);
  const addQueue = wanted.queue && queues.length === 0;
  const queueReady = !wanted.queue || queues.some((queue) => queue.ready);
  return {
    add,
    addQueue,
    remove,
    settled: complete && add === 0 && remove.length === 0 && queueReady && older.length === 0,
    failed: current.find((instance) => instance.gaveUp),
    serving: workers.filter((instance) => instance.ready).length,
  };
}

/** Named victims first, then those that do not serve, then the youngest. */
function byExpendability(victims: readonly string[]) {
  const rank = (instance: InstanceRecord) => (victims.includes(instance.name) ? 0 : instance.ready ? 2 : 1);
  return (a: InstanceRecord, b: InstanceRecord) => rank(a) - rank(b) || b.createdAt - a.createdAt;
}
