import { z } from "zod";

/**
 * Replies as EAS sends them (eas-openapi.md §6–8). Tolerant on purpose: keys that we do not read are dropped, keys that
 * are absent or null stay undefined. `AccessToken` is read in one schema only, so it cannot leave by another door.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const number = z.coerce
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);
const list = <T extends z.ZodType>(item: T) =>
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
  WorkspaceId: text,
  Labels: list(LabelReply),
  ServiceType: text,
  Role: text,
  ParentUid: text,
  CallerUid: text,
  SafetyLock: text,
  InternetEndpoint: text,
  IntranetEndpoint: text,
  SecondaryInternetEndpoint: text,
  SecondaryIntranetEndpoint: text,
  ServiceConfig: text,
});

export const ListServicesReply = z.object({ Services: list(ServiceReply), TotalCount: z.coerce.number().default(0) });

export const CreateServiceReply = z.object({
  ServiceId: text,
  ServiceName: z.string(),
  Status: text,
  InternetEndpoint: text,
  IntranetEndpoint: text,
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
  Role: text,
  Zone: text,
  InnerIP: text,
  IsSpot: flag,
  LastState: list(z.unknown()),
});

export const InstancesReply = z.object({ Instances: list(InstanceReply), TotalCount: number });

export const EventReply = z.object({
  Time: z.string(),
  Type: text,
  Reason: text,
  Message: text,
  Resource: text,
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
