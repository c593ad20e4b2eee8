import { z } from "zod";

/**
 * Replies as EAS sends them (eas-openapi.md §6–8). Tolerant on purpose: keys that we do not read are dropped, keys that
 * are absent or null stay undefined. `AccessToken` is read in one schema only, so it cannot leave by another door.
 */

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/** Where EAS writes an empty text for "none". */
export const filled = text.transform((value) => value || undefined);
export const number = z.coerce
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

export const AnyReply = z.unknown();

const LabelReply = z.object({ LabelKey: z.string(), LabelValue: text });

export const ServiceReply = z.object({
  ServiceId: text,
  ServiceUid: text,
  ServiceName: z.string(),
  Status: text,
  Reason: text,
  Message: text,
  Region: text,
  CreateTime: text,
  UpdateTime: text,
  TotalInstance: number,
  RunningInstance: number,
  PendingInstance: number,
  CurrentVersion: number,
  LatestVersion: number,
  Cpu: number,
  Memory: number,
  Gpu: number,
  Image: text,
  WorkspaceId: filled,
  Labels: list(LabelReply),
  ServiceType: text,
  Role: filled,
  ParentUid: text,
  CallerUid: text,
  SafetyLock: text,
  ServiceGroup: filled,
  TrafficState: filled,
  Weight: number,
  AutoscalerEnabled: flag,
  CronscalerEnabled: flag,
  Resource: filled,
  QuotaId: filled,
  Gateway: filled,
  Source: filled,
  AppType: filled,
  InternetEndpoint: filled,
  IntranetEndpoint: filled,
  SecondaryInternetEndpoint: filled,
  SecondaryIntranetEndpoint: filled,
  ServiceConfig: text,
});

export const ListServicesReply = z.object({ Services: list(ServiceReply), TotalCount: z.coerce.number().default(0) });

export const CreateServiceReply = z.object({
  ServiceId: text,
  ServiceName: z.string(),
  Status: text,
  InternetEndpoint: filled,
  IntranetEndpoint: filled,
});

export const EndpointsReply = z.object({
  /** Absent where the account may see a service but not its token. */
  AccessToken: text,
  Endpoints: list(
    z.object({
      EndpointType: text,
      PathType: text,
      InternetEndpoints: list(z.string()),
      IntranetEndpoints: list(z.string()),
    }),
  ),
});

export const InstanceReply = z.object({
  InstanceName: z.string(),
  Status: text,
  Reason: text,
  RestartCount: number,
  ReadyProcesses: number,
  TotalProcesses: number,
  CreateTime: text,
  StartTime: text,
  InstanceType: text,
  Role: filled,
  Zone: text,
  InnerIP: text,
  IsSpot: flag,
  CurrentAmount: number,
  IsLatest: flag,
  Isolated: flag,
  Detached: flag,
  LastState: list(z.unknown()),
});

export const InstancesReply = z.object({ Instances: list(InstanceReply), TotalCount: number });

export const EventReply = z.object({
  Time: z.string(),
  Type: text,
  Reason: text,
  Message: text,
  Resource: filled,
});

export const EventsReply = z.object({ Events: list(EventReply), TotalCount: number });

export const LogReply = z.object({
  Logs: list(z.string()),
  PageNum: number,
  TotalCount: number,
  TotalPageNum: number,
});

export const DiagnosisReply = z.object({
  DiagnosisList: list(z.object({ Error: text, Causes: list(z.string()), Advices: list(z.string()) })),
});

export const DescribeRegionsReply = z.object({
  Regions: list(z.object({ RegionId: z.string(), RegionName: text })),
});

export const MachineSpecReply = z.object({
  InstanceType: z.string(),
  CPU: number,
  Memory: number,
  GPU: text,
  GPUAmount: number,
  GPUMemory: number,
  IsAvailable: flag,
  StockStatus: text,
  SpotDiscount: number,
  NonProtectSpotDiscount: number,
});

export const DescribeMachineSpecReply = z.object({ InstanceMetas: list(MachineSpecReply) });

export const WorkspaceReply = z.object({
  WorkspaceId: z.coerce.string(),
  WorkspaceName: text,
  DisplayName: text,
  IsDefault: flag,
  Status: text,
});

export const ListWorkspacesReply = z.object({ Workspaces: list(WorkspaceReply) });

export const ContainersReply = z.object({
  Containers: list(
    z.object({
      Name: text,
      Image: text,
      Port: number,
      Ready: flag,
      RestartCount: number,
      CurrentStatus: text,
      /** The vendor's spelling. */
      CurrentReaon: text,
      CurrentReason: text,
      CurrentTimestamp: filled,
      LastStatus: text,
      LastReason: text,
      LastTimestamp: filled,
    }),
  ),
});

export const VersionsReply = z.object({
  Versions: list(
    z.object({
      /** The version's number. */
      ImageId: z.coerce.number(),
      BuildTime: filled,
      /** `true`, `false`, `unknown`. */
      ImageAvailable: z.coerce.string().nullish(),
      ServiceRunnable: z.coerce.string().nullish(),
      Message: text,
      ServiceConfig: text,
    }),
  ),
  TotalCount: number,
});

export const GroupReply = z.object({
  Name: z.string(),
  TrafficMode: text,
  QueueService: filled,
  Labels: list(LabelReply),
  InternetEndpoint: filled,
  IntranetEndpoint: filled,
  CreateTime: text,
});

export const GroupsReply = z.object({ Groups: list(GroupReply), TotalCount: number });

export const GetCallerIdentityReply = z.object({ IdentityType: z.string(), AccountId: z.string(), Arn: z.string() });
