/**
 * What can be done to a service, pure: one table action × state → allowed, or why not. Browser and server ask the same one.
 * EAS publishes none; this one follows the documented transitions (eas-service-lifecycle.md §1) and is checked against the
 * imitation of the API, state by state. A state that nobody has heard of forbids nothing: EAS has the last word.
 */

export const SERVICE_ACTIONS = [
  "start",
  "stop",
  "restart",
  "scale",
  "autoscale",
  "schedule",
  "update",
  "rollBack",
  "clone",
  "release",
  "label",
  "lock",
  "changeInstances",
  "delete",
  "call",
] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

/** Message keys below `status.reason`. */
export type RefusalReason =
  | "alreadyRunning"
  | "alreadyStopped"
  | "notRunning"
  | "beingDeleted"
  | "deleteFailed"
  | "stillChanging"
  | "failed"
  | "finished"
  | "developing"
  | "notGrouped"
  | "locked"
  | "queueOfService";

export type Permission = { allowed: true } | { allowed: false; reason: RefusalReason };

/** What the rules look at; every Service fits. */
export interface ServiceState {
  status: string;
  safetyLock?: string;
  role?: string;
  group?: string;
}

type Refusals = Readonly<Record<string, RefusalReason>>;

const because = (reason: RefusalReason, ...statuses: string[]): Refusals =>
  Object.fromEntries(statuses.map((status) => [status, reason]));

const GONE = because("beingDeleted", "Deleting", "Deleted");
/** Nothing of it is left to work with. */
const ENDED = { ...GONE, ...because("deleteFailed", "DeleteFailed"), ...because("finished", "Complete") };
/** Its image is saved in that mode only. */
const DEVELOPING = because("developing", "Developing", "Committing");

/** While the first configuration is on its way, or the last one on its way out, no other is taken. */
const UNCHANGEABLE = {
  ...ENDED,
  ...DEVELOPING,
  ...because("stillChanging", "Creating", "Cloning", "Deploying", "Starting", "Stopping", "Committing"),
};

const REFUSED: Record<ServiceAction, Refusals> = {
  start: {
    ...ENDED,
    ...because("alreadyRunning", "Running", "Updating", "HotUpdate", "Scaling", "Developing"),
    ...because("stillChanging", "Creating", "Cloning", "Deploying", "Starting", "Waiting", "Pending", "Stopping"),
    ...because("stillChanging", "Committing"),
  },
  stop: { ...ENDED, ...because("alreadyStopped", "Stopping", "Stopped"), ...because("stillChanging", "Committing") },
  restart: { ...UNCHANGEABLE, ...because("notRunning", "Stopped"), ...because("failed", "Failed") },
  // Where nothing runs the number counts from the next start on.
  scale: { ...ENDED, ...DEVELOPING, ...because("stillChanging", "Stopping", "Committing") },
  autoscale: { ...GONE, ...DEVELOPING },
  schedule: { ...GONE, ...DEVELOPING },
  update: UNCHANGEABLE,
  rollBack: UNCHANGEABLE,
  // Its configuration can be read as long as it is there.
  clone: {},
  release: { ...GONE, ...DEVELOPING, ...because("stillChanging", "Stopping") },
  label: GONE,
  lock: GONE,
  changeInstances: {
    ...ENDED,
    ...because("notRunning", "Stopped"),
    ...because("stillChanging", "Stopping", "Committing"),
  },
  delete: GONE,
  // While instances are replaced the old ones keep answering.
  call: {
    ...GONE,
    ...because("notRunning", "Stopped", "DeleteFailed", "Complete", "Developing"),
    ...because("failed", "Failed"),
    ...because("stillChanging", "Creating", "Cloning", "Deploying", "Starting", "Waiting", "Pending", "Stopping"),
    ...because("stillChanging", "Committing"),
  },
};

/** `dangerous` guards stop and delete, `all` every change (eas-service-lifecycle.md §1). */
function isLocked(action: ServiceAction, lock: string | undefined): boolean {
  if (action === "call" || action === "clone" || action === "lock") return false;
  return lock === "all" || (lock === "dangerous" && (action === "stop" || action === "delete"));
}

function check(action: ServiceAction, service: ServiceState): Permission {
  const reason = refusal(action, service);
  return reason ? { allowed: false, reason } : { allowed: true };
}

function refusal(action: ServiceAction, { status, safetyLock, role, group }: ServiceState): RefusalReason | undefined {
  // The queue of an asynchronous service starts, stops and goes with the service it belongs to.
  if (role === "Queue" && action !== "call") return "queueOfService";
  if (isLocked(action, safetyLock)) return "locked";
  if (action === "release" && !group) return "notGrouped";
  return Object.hasOwn(REFUSED[action], status) ? REFUSED[action][status] : undefined;
}

export const serviceCan: Record<ServiceAction, (service: ServiceState) => Permission> = {
  start: (service) => check("start", service),
  stop: (service) => check("stop", service),
  restart: (service) => check("restart", service),
  scale: (service) => check("scale", service),
  autoscale: (service) => check("autoscale", service),
  schedule: (service) => check("schedule", service),
  update: (service) => check("update", service),
  rollBack: (service) => check("rollBack", service),
  clone: (service) => check("clone", service),
  release: (service) => check("release", service),
  label: (service) => check("label", service),
  lock: (service) => check("lock", service),
  changeInstances: (service) => check("changeInstances", service),
  delete: (service) => check("delete", service),
  call: (service) => check("call", service),
};
