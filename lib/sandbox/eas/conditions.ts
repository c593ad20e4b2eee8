import type { InstanceRecord, ServiceRecord, ServiceStatus } from "./records";
import { readServiceSpec, type ServiceSpec } from "./service-spec";
import { findVersion } from "./versions/history";

/* What a record says of its service at this moment. */

export function takesTraffic({ status, isolated, detached, hibernated }: InstanceRecord): boolean {
  return status !== "Terminating" && !isolated && !detached && !hibernated;
}

export function isNewest({ latestVersion }: ServiceRecord) {
  return ({ version, role, status }: InstanceRecord) =>
    role === "Queue" || status === "Terminating" || version === latestVersion;
}

/** Where instances are compared with what is wanted. */
export function isRollingOut(status: ServiceStatus): boolean {
  return isUp(status) || status === "Waiting" || status === "Updating" || status === "Scaling";
}

export function hasProcesses(status: ServiceStatus): boolean {
  return isRollingOut(status) || status === "HotUpdate" || status === "Committing";
}

export function isUp(status: ServiceStatus): boolean {
  return status === "Running" || status === "Developing";
}

/** As the service is now, or as an older version's instances were started. */
export function specOf(service: ServiceRecord, version = service.latestVersion): ServiceSpec {
  return readServiceSpec(
    (version === service.latestVersion ? service : findVersion(service, version))?.config ?? service.config,
  );
}

export function progress(service: ServiceRecord): string {
  const workers = service.instances.filter(({ role, status }) => role === "Standard" && status !== "Terminating");
  const running = workers.filter(({ ready }) => ready).length;
  return `Waiting [Total: ${workers.length}, Pending: ${workers.length - running}, Running: ${running}]`;
}
