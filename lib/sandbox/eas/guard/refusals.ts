import { operationConflict } from "@/lib/sandbox/eas/fault";
import type { ServiceRecord, ServiceStatus } from "@/lib/sandbox/eas/records";

/*
 * What a service refuses in which state. No source gives the table, nor codes and words (reference: eas-openapi.md §9,
 * eas-service-lifecycle.md §1): these are the sandbox's choices, in one place.
 */

export type Command =
  | "start"
  | "stop"
  | "restart"
  | "delete"
  | "update"
  | "scale"
  | "roll back"
  | "release"
  | "clone"
  | "develop"
  | "commit"
  | "label"
  | "roll out"
  | "change instances of"
  | "change autoscaling of"
  | "mirror";

/** Statuses in which a command is refused; whatever is not named lets it pass. */
const REFUSED_WHILE: Partial<Record<Command, readonly ServiceStatus[]>> = {
  stop: ["Stopping", "Stopped", "Deleting", "Committing"],
  // A failed service stays so until it is updated, started or deleted (reference: eas-service-lifecycle.md §1).
  restart: ["Creating", "Cloning", "Starting", "Stopping", "Stopped", "Failed", "Deleting", "Committing"],
  update: ["Creating", "Cloning", "Starting", "Stopping", "Deleting", "Committing"],
  scale: ["Stopping", "Deleting", "Committing"],
  "roll back": ["Creating", "Cloning", "Starting", "Stopping", "Deleting", "Committing"],
  release: ["Stopping", "Deleting"],
  clone: ["Deleting"],
  develop: [
    "Creating",
    "Cloning",
    "Starting",
    "Updating",
    "HotUpdate",
    "Scaling",
    "Stopping",
    "Stopped",
    "Deleting",
    "Committing",
  ],
  commit: ["Creating", "Cloning", "Starting", "Waiting", "Stopping", "Stopped", "Failed", "Deleting", "Committing"],
  label: ["Deleting"],
  "roll out": ["Creating", "Cloning", "Starting", "Stopping", "Stopped", "Failed", "Deleting", "Committing"],
  "change instances of": ["Stopping", "Stopped", "Deleting", "Committing"],
  "change autoscaling of": ["Deleting"],
  mirror: ["Deleting"],
};

/** Development mode keeps one instance as it is: nothing that replaces, multiplies or routes to instances. */
const REFUSED_IN_DEVELOPMENT: readonly Command[] = [
  "update",
  "scale",
  "restart",
  "roll back",
  "release",
  "roll out",
  "change autoscaling of",
];

/** Throws unless lock, mode and status let the command pass. */
export function refuseCommand(service: ServiceRecord, command: Command): void {
  refuseIfLocked(service, command);
  if (service.developing && REFUSED_IN_DEVELOPMENT.includes(command))
    throw operationConflict(`Service [${service.name}] is in development mode, cannot ${command}.`);
  if (REFUSED_WHILE[command]?.includes(service.status)) throw conflict(service, command);
}

/** `dangerous` refuses stop and delete, `all` every change (reference: eas-service-lifecycle.md §1). */
export function refuseIfLocked(service: ServiceRecord, command: Command): void {
  const { safetyLock } = service;
  const refused = safetyLock === "all" || (safetyLock === "dangerous" && (command === "stop" || command === "delete"));
  if (refused)
    throw operationConflict(`Service [${service.name}] is locked by safety lock [${safetyLock}], cannot ${command}.`);
}

export function conflict(service: ServiceRecord, command: Command) {
  return operationConflict(`Service [${service.name}] cannot ${command} while its status is [${service.status}].`);
}
