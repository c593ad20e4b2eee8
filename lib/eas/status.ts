/**
 * Rules about service states, pure: browser and server ask the same table. Values: eas-service-lifecycle.md §1.
 * EAS publishes no table of which state refuses which operation; this one follows the documented transitions.
 */

export type StatusTone = "ok" | "changing" | "waiting" | "failed" | "stopped" | "unknown";

const TONES: Record<string, StatusTone> = {
  Running: "ok",
  Creating: "changing",
  Deploying: "changing",
  Starting: "changing",
  Updating: "changing",
  HotUpdate: "changing",
  Scaling: "changing",
  Stopping: "changing",
  Deleting: "changing",
  Cloning: "changing",
  Committing: "changing",
  Waiting: "waiting",
  Pending: "waiting",
  Failed: "failed",
  DeleteFailed: "failed",
  Stopped: "stopped",
  Deleted: "stopped",
  Complete: "stopped",
};

/** States of EAS that have a text of their own under `status.name.<state>`. */
export const KNOWN_STATUSES = [...Object.keys(TONES), "Developing"] as const;

export function statusTone(status: string): StatusTone {
  return Object.hasOwn(TONES, status) ? (TONES[status] ?? "unknown") : "unknown";
}

/** Whether nothing will change until somebody acts. Unknown states count as settled: nobody knows what to wait for. */
export function isSettled(status: string): boolean {
  const tone = statusTone(status);
  return tone !== "changing" && tone !== "waiting";
}

export type ServiceAction = "start" | "stop" | "restart" | "scale" | "update" | "delete" | "call";

/** Message keys below `status.reason`. */
export type RefusalReason =
  | "alreadyRunning"
  | "alreadyStopped"
  | "notRunning"
  | "beingDeleted"
  | "stillChanging"
  | "failed"
  | "locked"
  | "queueOfService";

export type Permission = { allowed: true } | { allowed: false; reason: RefusalReason };

/** What the rules look at; every Service fits. */
export interface ServiceState {
  status: string;
  safetyLock?: string;
  role?: string;
}

const LIVE = ["Running", "Updating", "HotUpdate", "Scaling"];
const PREPARING = ["Creating", "Deploying", "Waiting", "Pending", "Starting"];

/** Action → states in which EAS is expected to accept it. */
const ALLOWED: Record<ServiceAction, readonly string[]> = {
  start: ["Stopped", "Failed"],
  stop: ["Running", "Waiting", "Pending", "Failed", "Updating", "HotUpdate", "Scaling", "Deploying", "Starting"],
  restart: ["Running"],
  scale: ["Running", "Scaling"],
  update: ["Running", "Failed", "Stopped", "Waiting", "Pending"],
  delete: [...LIVE, ...PREPARING, "Stopping", "Stopped", "Failed", "DeleteFailed", "Complete"],
  // While instances are replaced the old ones keep answering.
  call: LIVE,
};

/** `dangerous` guards stop and delete, `all` every change (eas-service-lifecycle.md §1). */
function isLocked(action: ServiceAction, lock: string | undefined): boolean {
  if (lock === "all") return action !== "call";
  return lock === "dangerous" && (action === "stop" || action === "delete");
}

function refusal(action: ServiceAction, status: string): RefusalReason {
  if (status === "Deleting" || status === "Deleted") return "beingDeleted";
  if (action === "start")
    return PREPARING.includes(status) || status === "Stopping" ? "stillChanging" : "alreadyRunning";
  if (action === "stop" && (status === "Stopped" || status === "Stopping")) return "alreadyStopped";
  if (status === "Failed") return "failed";
  if (statusTone(status) === "changing") return "stillChanging";
  return "notRunning";
}

function check(action: ServiceAction, service: ServiceState): Permission {
  // The queue of an asynchronous service starts, stops and goes with the service it belongs to.
  if (service.role === "Queue" && action !== "call") return { allowed: false, reason: "queueOfService" };
  if (isLocked(action, service.safetyLock)) return { allowed: false, reason: "locked" };
  if (ALLOWED[action].includes(service.status)) return { allowed: true };
  return { allowed: false, reason: refusal(action, service.status) };
}

export const serviceCan: Record<ServiceAction, (service: ServiceState) => Permission> = {
  start: (service) => check("start", service),
  stop: (service) => check("stop", service),
  restart: (service) => check("restart", service),
  scale: (service) => check("scale", service),
  update: (service) => check("update", service),
  delete: (service) => check("delete", service),
  call: (service) => check("call", service),
};
