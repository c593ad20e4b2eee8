import { spotDiscount } from "@/lib/sandbox/eas/catalogue/spot";
import { findInstanceType } from "@/lib/sandbox/eas/instance-types";
import { isJsonObject, valueAt } from "@/lib/sandbox/eas/json-path";
import { toTimestamp } from "@/lib/sandbox/eas/query";
import type { InstanceRecord, ServiceRecord } from "@/lib/sandbox/eas/records";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";

/* Instances and containers as the API shows them: exact casing, odd spellings (reference: eas-openapi.md §6.2, §6.3). */

/** The injected sidecar, with the user's container. */
const WORKER_PROCESSES = 2;

export function toInstance(service: ServiceRecord, instance: InstanceRecord, now: number) {
  const spec = readServiceSpec(service.config);
  const isQueue = instance.role === "Queue";
  const total = isQueue ? 1 : WORKER_PROCESSES;
  // A container that runs but does not answer its probe leaves the engine as the one ready process.
  const ready = instance.ready ? total : instance.status === "Running" ? total - 1 : 0;
  const started = instance.startedAt === undefined ? "" : toTimestamp(instance.startedAt);
  const inVpc = valueAt(service.config, "cloud.networking.vpc_id") !== undefined;
  return {
    InstanceName: instance.name,
    Status: instance.status,
    Reason: instance.hibernated ? "HIBERNATED" : instance.reason,
    RestartCount: instance.restartCount,
    ReadyProcesses: ready,
    TotalProcesses: total,
    LastState: toLastState(instance),
    CreateTime: toTimestamp(instance.createdAt),
    StartTime: started,
    StartAt: started,
    InstanceType: instance.instanceType ?? "",
    InstancePort: spec.port,
    ExternalInstancePort: 0,
    InnerIP: instance.innerIp,
    ExternalIP: "",
    // Only a service that is connected to the user's network has an address there.
    TenantInstanceIP: inVpc ? instance.innerIp.replace(/^10\.\d+/, "192.168") : "",
    TenantHostIP: "",
    HostIP: instance.hostIp,
    HostName: instance.hostName,
    Zone: instance.zone,
    Namespace: service.name,
    Role: instance.role,
    IsSpot: bidOf(service, instance) !== undefined,
    ...spotAmounts(service, instance, now),
    IsLatest: instance.version === service.latestVersion,
    IsReplica: false,
    ReplicaName: "",
    Isolated: instance.isolated ?? false,
    Detached: instance.detached ?? false,
    ResourceType: spec.resource ? "PrivateResource" : "PublicResource",
  };
}

/** What its machine was bid for with: the entry of `cloud.computing.instances` that it was placed by names a price. */
function bidOf({ config }: ServiceRecord, { instanceType }: InstanceRecord): number | undefined {
  const entries = valueAt(config, "cloud.computing.instances");
  const entry = Array.isArray(entries)
    ? entries.find((one: unknown) => isJsonObject(one) && one.type === instanceType)
    : undefined;
  const bid = instanceType === undefined ? undefined : valueAt(entry, "spot_price_limit");
  return typeof bid === "number" ? bid : undefined;
}

/** No price is known here: the bid stands for the list price, and the hour's discount makes the amount of it. */
function spotAmounts(service: ServiceRecord, instance: InstanceRecord, now: number) {
  const bid = bidOf(service, instance);
  const type = instance.instanceType === undefined ? undefined : findInstanceType(instance.instanceType);
  const discount = type && spotDiscount(type, now);
  if (bid === undefined || !discount) return {};
  const isUnprotected = valueAt(service.config, "cloud.computing.disable_spot_protection_period") === true;
  const share = isUnprotected ? discount.unprotected : discount.protected;
  return { CurrentAmount: Math.round(bid * share * 10_000) / 10_000, OriginalAmount: bid };
}

function toLastState({ lastRun }: InstanceRecord) {
  if (!lastRun) return [];
  return [
    {
      terminated: {
        exitCode: lastRun.exitCode,
        reason: lastRun.reason,
        startedAt: toTimestamp(lastRun.startedAt),
        finishedAt: toTimestamp(lastRun.finishedAt),
      },
    },
  ];
}

export function toContainer(service: ServiceRecord, instance: InstanceRecord) {
  const spec = readServiceSpec(service.config);
  const { lastRun } = instance;
  const isQueue = instance.role === "Queue";
  return {
    Name: "worker0",
    // The queue's own image and port are stated nowhere.
    Image: isQueue ? "" : spec.image,
    Port: isQueue ? 0 : spec.port,
    Ready: instance.ready,
    RestartCount: instance.restartCount,
    CurrentStatus: instance.container.status,
    // The vendor's spelling.
    CurrentReaon: instance.container.reason,
    CurrentTimestamp: toTimestamp(instance.container.at),
    LastStatus: lastRun ? "Terminated" : "",
    LastReason: lastRun?.reason ?? "",
    LastTimestamp: lastRun ? toTimestamp(lastRun.finishedAt) : "",
  };
}
