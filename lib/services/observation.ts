import type { Service, ServiceContainer, ServiceDiagnosis, ServiceEvent, ServiceInstance } from "@/lib/eas/types";

/** What one look at a service gives. The rules in stages.ts and failure.ts read nothing else. */
export interface Observation {
  service: Service;
  instances: ServiceInstance[];
  /** In any order: EAS promises none. */
  events: ServiceEvent[];
  /** Lines of the instance's newest log, and before them those of its previous run where it crashed. */
  log: string[];
  /** How many of them, at the front, are of the previous run. */
  previousLines?: number;
  /** By the instance's name, as far as they were asked for. */
  containers: Record<string, ServiceContainer[]>;
  /** EAS's own findings, asked for where something is amiss. */
  diagnosis: ServiceDiagnosis[];
}

/** Instances that do the work, without the queue's and without those on their way out. */
export function workersOf<I extends Pick<ServiceInstance, "role" | "status">>(instances: readonly I[]): I[] {
  return instances.filter(({ role, status }) => role !== "Queue" && status !== "Terminating");
}

/** EAS adds a sidecar of its own: ready means that all processes are (eas-service-lifecycle.md §2). */
export function isReady({ status, ready }: Pick<ServiceInstance, "status" | "ready">): boolean {
  return status === "Running" && ready.total > 0 && ready.processes >= ready.total;
}

/** An update was accepted, and none of the new version's instances is there yet: what is to be seen is the old version's. */
export function awaitsNewVersion({ service, instances }: Pick<Observation, "service" | "instances">): boolean {
  const workers = workersOf(instances);
  return service.status === "Updating" && workers.length > 0 && workers.every(({ isLatest }) => isLatest === false);
}

const timeOf = (time: string | undefined) => (time ? Date.parse(time) || 0 : 0);

/** The instance that the story is about, of the newest version where there is one: the newest that is not ready, else the newest. */
export function subjectOf(instances: readonly ServiceInstance[]): ServiceInstance | undefined {
  const workers = workersOf(instances);
  const latest = workers.filter(({ isLatest }) => isLatest);
  const newestFirst = (latest.length > 0 ? latest : workers).sort((a, b) => timeOf(b.createdAt) - timeOf(a.createdAt));
  return newestFirst.find((instance) => !isReady(instance)) ?? newestFirst[0];
}

/**
 * Oldest first; only what happened since `from`. Times have whole seconds, hence the second of grace; within a second the
 * order of the reply counts, which begins with the newest.
 */
export function eventsSince(events: readonly ServiceEvent[], from: string | undefined): ServiceEvent[] {
  const start = timeOf(from) - 1000;
  const isNewestFirst = timeOf(events[0]?.time) >= timeOf(events.at(-1)?.time);
  const inOrder = isNewestFirst ? events.toReversed() : events;
  return inOrder.filter(({ time }) => timeOf(time) >= start).sort((a, b) => timeOf(a.time) - timeOf(b.time));
}

/** Messages of service events are JSON texts (eas-service-lifecycle.md §3). */
export function eventText(message: string): string {
  if (!message.startsWith("{")) return message;
  try {
    const parsed: unknown = JSON.parse(message);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) return String(parsed.message);
  } catch {
    // Not JSON after all.
  }
  return message;
}

/** The platform puts `[2026-11-22 10:11:12] ` before each line, and programs often one of their own. */
export function bareLine(line: string): string {
  return line.replace(/^(?:\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? )+/, "");
}

/** The moment that a line's stamp tells: the platform writes Beijing time (eas-openapi.md §7.2). */
export function lineTime(line: string): string | undefined {
  const stamp = /^\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(line);
  if (!stamp) return undefined;
  const at = Date.parse(`${stamp[1]}T${stamp[2]}+08:00`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
