import type { z } from "zod";
import { redactText } from "@/lib/redact";
import type {
  MachineSpec,
  Service,
  ServiceContainer,
  ServiceEndpoints,
  ServiceEvent,
  ServiceGroup,
  ServiceInstance,
  ServiceVersion,
  Workspace,
} from "./types";
import type * as wire from "./wire";

/** From the vendor's shape to ours. PascalCase ends here. */

export function mapService(reply: z.output<typeof wire.ServiceReply>): Service {
  return {
    id: reply.ServiceId ?? reply.ServiceUid ?? reply.ServiceName,
    name: reply.ServiceName,
    status: reply.Status ?? "Unknown",
    reason: reply.Reason ?? "",
    message: reply.Message ?? "",
    region: reply.Region ?? "",
    createdAt: reply.CreateTime ?? "",
    updatedAt: reply.UpdateTime ?? reply.CreateTime ?? "",
    instances: {
      total: reply.TotalInstance ?? 0,
      running: reply.RunningInstance ?? 0,
      pending: reply.PendingInstance ?? 0,
    },
    version: { current: reply.CurrentVersion ?? 0, latest: reply.LatestVersion ?? reply.CurrentVersion ?? 0 },
    resources: { cpu: reply.Cpu, memoryMb: reply.Memory, gpu: reply.Gpu },
    image: reply.Image,
    workspaceId: reply.WorkspaceId,
    labels: mapLabels(reply.Labels),
    serviceType: reply.ServiceType,
    role: reply.Role,
    parentUid: reply.ParentUid,
    callerUid: reply.CallerUid,
    safetyLock: reply.SafetyLock,
    group: reply.ServiceGroup,
    trafficState: reply.TrafficState,
    weight: reply.Weight,
    autoscaled: reply.AutoscalerEnabled ?? false,
    cronScaled: reply.CronscalerEnabled ?? false,
    resourceGroup: reply.Resource,
    quotaId: reply.QuotaId,
    gateway: reply.Gateway,
    source: reply.Source,
    appType: reply.AppType,
    internetEndpoint: reply.InternetEndpoint,
    intranetEndpoint: reply.IntranetEndpoint,
    secondaryInternetEndpoint: reply.SecondaryInternetEndpoint,
    secondaryIntranetEndpoint: reply.SecondaryIntranetEndpoint,
    config: reply.ServiceConfig,
  };
}

function mapLabels(labels: { LabelKey: string; LabelValue?: string }[]): Record<string, string> {
  return Object.fromEntries(labels.map(({ LabelKey, LabelValue }) => [LabelKey, LabelValue ?? ""]));
}

export function mapEndpoints(reply: z.output<typeof wire.EndpointsReply>): ServiceEndpoints {
  return {
    accessToken: reply.AccessToken ?? "",
    endpoints: reply.Endpoints.map((endpoint) => ({
      type: endpoint.EndpointType ?? "",
      pathType: endpoint.PathType ?? "",
      internet: endpoint.InternetEndpoints,
      intranet: endpoint.IntranetEndpoints,
    })),
  };
}

export function mapInstance(reply: z.output<typeof wire.InstanceReply>): ServiceInstance {
  return {
    name: reply.InstanceName,
    status: reply.Status ?? "Unknown",
    reason: reply.Reason ?? "",
    restartCount: reply.RestartCount ?? 0,
    ready: { processes: reply.ReadyProcesses ?? 0, total: reply.TotalProcesses ?? 0 },
    createdAt: reply.CreateTime,
    startedAt: reply.StartTime,
    instanceType: reply.InstanceType,
    role: reply.Role,
    zone: reply.Zone,
    innerIp: reply.InnerIP,
    isSpot: reply.IsSpot ?? false,
    amountPerHour: reply.IsSpot ? reply.CurrentAmount : undefined,
    isLatest: reply.IsLatest,
    isolated: reply.Isolated ?? false,
    detached: reply.Detached ?? false,
    lastState: reply.LastState,
  };
}

/** Event times come as `2026-11-22 10:11:12` in UTC; a form that already is RFC 3339 stays. */
export function toRfc3339(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(time.trim());
  return match ? `${match[1]}T${match[2]}Z` : time;
}

export function mapEvent(reply: z.output<typeof wire.EventReply>): ServiceEvent {
  return {
    time: toRfc3339(reply.Time),
    type: reply.Type ?? "Normal",
    reason: reply.Reason ?? "",
    message: redactText(reply.Message ?? ""),
    resource: reply.Resource ?? "",
  };
}

export function mapMachineSpec(reply: z.output<typeof wire.MachineSpecReply>): MachineSpec {
  return {
    instanceType: reply.InstanceType,
    cpu: reply.CPU ?? 0,
    memoryGb: reply.Memory ?? 0,
    gpu: reply.GPU
      ? { model: reply.GPU, count: reply.GPUAmount ?? 1, memoryGb: reply.GPUMemory || undefined }
      : undefined,
    available: reply.IsAvailable ?? true,
    stockStatus: reply.StockStatus,
    spotDiscount: reply.SpotDiscount,
    unprotectedSpotDiscount: reply.NonProtectSpotDiscount,
  };
}

export function mapWorkspace(reply: z.output<typeof wire.WorkspaceReply>): Workspace {
  return {
    id: reply.WorkspaceId,
    name: reply.WorkspaceName ?? reply.WorkspaceId,
    displayName: reply.DisplayName,
    isDefault: reply.IsDefault ?? false,
    status: reply.Status,
  };
}

export function mapContainer(reply: z.output<typeof wire.ContainersReply>["Containers"][number]): ServiceContainer {
  const last = reply.LastStatus || reply.LastReason;
  return {
    name: reply.Name ?? "",
    image: reply.Image || undefined,
    port: reply.Port,
    ready: reply.Ready ?? false,
    restartCount: reply.RestartCount ?? 0,
    status: reply.CurrentStatus ?? "Unknown",
    reason: reply.CurrentReaon ?? reply.CurrentReason ?? "",
    since: reply.CurrentTimestamp,
    last: last
      ? { status: reply.LastStatus ?? "", reason: reply.LastReason ?? "", at: reply.LastTimestamp }
      : undefined,
  };
}

export function mapVersion(reply: z.output<typeof wire.VersionsReply>["Versions"][number]): ServiceVersion {
  return {
    number: reply.ImageId,
    builtAt: reply.BuildTime,
    imageAvailable: mapTernary(reply.ImageAvailable),
    runnable: mapTernary(reply.ServiceRunnable),
    message: reply.Message ?? "",
    config: reply.ServiceConfig || undefined,
  };
}

function mapTernary(value: string | null | undefined): boolean | undefined {
  return value === "true" ? true : value === "false" ? false : undefined;
}

export function mapGroup(reply: z.output<typeof wire.GroupReply>): ServiceGroup {
  return {
    name: reply.Name,
    trafficMode: reply.TrafficMode ?? "auto",
    queueService: reply.QueueService,
    labels: mapLabels(reply.Labels),
    internetEndpoint: reply.InternetEndpoint,
    intranetEndpoint: reply.IntranetEndpoint,
    createdAt: reply.CreateTime,
  };
}
