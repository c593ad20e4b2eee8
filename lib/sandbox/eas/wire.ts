import type { Cloud } from "./cloud";
import { groupOf, trafficStateOf, weightOf } from "./groups/membership";
import { sortKeys } from "./json-path";
import { OWN_GROUP } from "./own-group";
import { toTimestamp } from "./query";
import type { ServiceRecord } from "./records";
import { readServiceSpec } from "./service-spec";

/* Records as the API shows them: exact casing, odd spellings, numbers as numbers (reference: eas-openapi.md §6). */

export function toService(service: ServiceRecord, cloud: Cloud) {
  const spec = readServiceSpec(service.config);
  // What is leaving is no replica any more.
  const workers = service.instances.filter(
    ({ role, detached, status }) => role === "Standard" && !detached && status !== "Terminating",
  );
  const running = workers.filter(({ ready }) => ready).length;
  return {
    ServiceId: service.id,
    ServiceUid: service.id,
    ServiceName: service.name,
    Namespace: service.name,
    Status: service.status,
    Reason: service.status.toUpperCase(),
    Message: service.message,
    CreateTime: toTimestamp(service.createdAt),
    UpdateTime: toTimestamp(service.updatedAt),
    TotalInstance: workers.length,
    RunningInstance: running,
    PendingInstance: workers.length - running,
    CurrentVersion: service.currentVersion,
    LatestVersion: service.latestVersion,
    Cpu: spec.cpu,
    Memory: spec.memoryMb,
    Gpu: spec.gpu,
    Image: spec.image,
    Resource: spec.resource ?? "",
    ResourceAlias: spec.resource === OWN_GROUP.id ? OWN_GROUP.name : "",
    ResourceBurstable: false,
    InstanceCountInResource: {
      Dedicated: spec.resource ? workers.length : 0,
      Public: spec.resource ? 0 : workers.length,
      Quota: 0,
    },
    Region: cloud.region,
    WorkspaceId: service.workspaceId ?? "",
    ParentUid: cloud.account.uid,
    CallerUid: cloud.account.uid,
    Labels: Object.entries(service.labels).map(([LabelKey, LabelValue]) => ({ LabelKey, LabelValue })),
    ServiceConfig: JSON.stringify(sortKeys(service.config)),
    ExtraData: "{}",
    AppConfig: "",
    AppSpecName: "",
    AppType: "",
    AppVersion: "",
    Source: "",
    WorkloadType: "",
    Gateway: "",
    QuotaId: "",
    Role: "",
    RoleAttrs: "",
    ServiceGroup: groupOf(service),
    TrafficState: trafficStateOf(service),
    Weight: weightOf(service),
    SafetyLock: service.safetyLock,
    AutoscalerEnabled: service.autoscaler !== undefined,
    CronscalerEnabled: service.cronscaler !== undefined,
    ServiceType: serviceType(service) as "Async" | "Standard" | "Queue",
  };
}

/** What only DescribeService tells: addresses and token. */
export function toServiceDetail(service: ServiceRecord, cloud: Cloud) {
  const sideDoor = addressesOf(service, cloud, `async_path.${service.name}`);
  return {
    ...toService(service, cloud),
    ...addressesOf(service, cloud),
    ...(serviceType(service) === "Async"
      ? {
          SecondaryInternetEndpoint: sideDoor.InternetEndpoint,
          SecondaryIntranetEndpoint: sideDoor.IntranetEndpoint,
        }
      : {}),
    AccessToken: service.token,
  };
}

/** A service whose Internet endpoint is disabled has an empty one. */
export function addressesOf(service: ServiceRecord, cloud: Cloud, path = service.name) {
  const addresses = endpointsOf(path, cloud);
  return readServiceSpec(service.config).internetDisabled ? { ...addresses, InternetEndpoint: "" } : addresses;
}

export function endpointsOf(path: string, cloud: Cloud) {
  const port = cloud.gatewayPort();
  return {
    InternetEndpoint: `http://localhost:${port}/api/predict/${path}`,
    IntranetEndpoint: `http://127.0.0.1:${port}/api/predict/${path}`,
  };
}

export function serviceType(service: ServiceRecord): "Async" | "Standard" {
  return readServiceSpec(service.config).isAsync ? "Async" : "Standard";
}
