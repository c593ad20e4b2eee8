import { newHost, newInnerIp, newInstanceName, newVersionHash } from "./names";
import type { InstanceRecord, ServiceRecord } from "./records";

/** An instance of the newest version that has yet to find a place. All of one version share the middle of their names. */
export function newInstanceRecord(
  service: ServiceRecord,
  role: InstanceRecord["role"],
  region: string,
  now: number,
): InstanceRecord {
  const sibling = service.instances.find((one) => one.version === service.latestVersion && one.role === role);
  const hash = sibling?.name.split("-").at(-2) ?? newVersionHash();
  const base = role === "Queue" ? `${service.name}-queue` : service.name;
  return {
    name: newInstanceName(base, hash),
    role,
    version: service.latestVersion,
    createdAt: now,
    stage: "pending",
    status: "Pending",
    reason: "Pending",
    ready: false,
    innerIp: newInnerIp(),
    ...newHost(),
    zone: `${region}-b`,
    restartCount: 0,
    crashesInARow: 0,
    gaveUp: false,
    container: { status: "Waiting", reason: "Pending", at: now },
    run: 0,
  };
}
