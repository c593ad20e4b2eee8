import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { sortKeys, valueAt } from "@/lib/sandbox/eas/json-path";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";
import { toService } from "@/lib/sandbox/eas/wire";
import { ownerOfQueue, queueServiceName } from "./queue-name";

/*
 * The queue sub-service of an asynchronous service, as the API shows it (reference: eas-gateway-and-queue.md §4,
 * eas-openapi.md §6.1 Role, RoleAttrs). It has no record of its own: it lives and ends with the service whose instances of
 * role Queue it consists of.
 */

/** The asynchronous service whose queue has this name. */
export function findQueueOwner({ services }: Pick<Cloud, "services">, name: string): ServiceRecord | undefined {
  const owner = services.get(ownerOfQueue(name) ?? "");
  return owner && hasQueue(owner) ? owner : undefined;
}

export function hasQueue(service: ServiceRecord): boolean {
  return readServiceSpec(service.config).isAsync;
}

/** A row of the same shape as any service's. */
export function toQueueService(owner: ServiceRecord, cloud: Cloud): ReturnType<typeof toService> {
  const name = queueServiceName(owner.name);
  const row = toService(owner, cloud);
  const instances = owner.instances.filter(({ role }) => role === "Queue");
  const running = instances.filter(({ ready }) => ready).length;
  // While its owner starts the queue may serve already; a scaling owner leaves it alone.
  const status = running > 0 && !["Stopping", "Deleting"].includes(owner.status) ? "Running" : owner.status;
  const cores = valueAt(owner.config, "queue.cpu");
  const cpu = typeof cores === "number" ? cores : 1;
  const { memoryMb } = readServiceSpec(owner.config).queue;
  const metadata = { name, instance: 1, cpu, memory: memoryMb, group: row.ServiceGroup };
  return {
    ...row,
    // Told from its owner's by its last letter.
    ServiceId: `${owner.id}q`,
    ServiceUid: `${owner.id}q`,
    ServiceName: name,
    Namespace: name,
    Status: status,
    Reason: status.toUpperCase(),
    Message: status === "Running" ? "Service start successfully" : row.Message,
    TotalInstance: instances.length,
    RunningInstance: running,
    PendingInstance: instances.length - running,
    CurrentVersion: 1,
    LatestVersion: 1,
    Cpu: cpu,
    Memory: memoryMb,
    Gpu: 0,
    Image: "",
    InstanceCountInResource: { Dedicated: 0, Public: instances.length, Quota: 0 },
    Labels: [],
    ServiceConfig: JSON.stringify(sortKeys({ name, metadata })),
    Role: "Queue",
    RoleAttrs: JSON.stringify(cloud.queues.attributes(owner) ?? {}),
    Weight: 0,
    AutoscalerEnabled: false,
    CronscalerEnabled: false,
    ServiceType: "Queue",
  };
}
