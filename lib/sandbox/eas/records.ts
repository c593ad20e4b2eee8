import { z } from "zod";
import { InjectedFaultSchema } from "./instances/records";
import { AutoscalerRecordSchema, CronscalerRecordSchema, MirrorRecordSchema } from "./scaling/records";

/** What the sandbox remembers of services, as it stands on disk. Times are milliseconds since the epoch. */

const ContainerStateSchema = z.object({
  status: z.enum(["Waiting", "Running", "Terminated"]),
  reason: z.string(),
  at: z.number(),
});

const LastRunSchema = z.object({
  exitCode: z.number(),
  reason: z.string(),
  startedAt: z.number(),
  finishedAt: z.number(),
});

const InstanceRecordSchema = z.object({
  name: z.string(),
  role: z.enum(["Standard", "Queue"]),
  version: z.number(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  /** How far the start has come; a restart of the sandbox goes on from here. */
  stage: z.enum(["pending", "scheduled", "mounted", "pulled", "started"]),
  status: z.enum(["Pending", "Running", "Terminating"]),
  reason: z.string(),
  ready: z.boolean(),
  instanceType: z.string().optional(),
  innerIp: z.string(),
  hostIp: z.string(),
  hostName: z.string(),
  zone: z.string(),
  restartCount: z.number(),
  crashesInARow: z.number(),
  /** Crashed too often: no further attempt. */
  gaveUp: z.boolean(),
  container: ContainerStateSchema,
  lastRun: LastRunSchema.optional(),
  /** Counts the container's starts; tells the log lines of one run from another's. */
  run: z.number(),
  /** Alive without traffic; without traffic and replaced, for good; asleep (UpdateServiceInstance). */
  isolated: z.boolean().optional(),
  detached: z.boolean().optional(),
  hibernated: z.boolean().optional(),
  faults: z.array(InjectedFaultSchema).optional(),
});

const EventRecordSchema = z.object({
  at: z.number(),
  type: z.enum(["Normal", "Warning"]),
  reason: z.string(),
  message: z.string(),
  resource: z.enum(["Service", "Pod"]),
  instance: z.string().optional(),
});

const VersionRecordSchema = z.object({
  number: z.number(),
  createdAt: z.number(),
  config: z.record(z.string(), z.unknown()),
});

/** How updates go on (CreateServiceRollout). */
const RolloutRecordSchema = z.object({
  strategy: z.union([
    z.object({ batch: z.object({ batchSize: z.string(), interval: z.string() }) }),
    z.object({ partition: z.string() }),
  ]),
  paused: z.boolean(),
  /** An update has begun since it was made. */
  began: z.boolean(),
  /** Batches that may be under way or done. */
  batches: z.number(),
  /** When the next batch begins, while one is waited for. */
  nextBatchAt: z.number().optional(),
  /** Deleted: so many replicas have the newest version, and no more get it until the next update. */
  frozenAt: z.number().optional(),
});

export const SERVICE_STATUSES = [
  "Creating",
  "Cloning",
  "Waiting",
  "Starting",
  "Running",
  "Updating",
  "HotUpdate",
  "Scaling",
  "Developing",
  "Committing",
  "Stopping",
  "Stopped",
  "Failed",
  "Deleting",
] as const;

export const ServiceRecordSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(SERVICE_STATUSES),
  message: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  config: z.record(z.string(), z.unknown()),
  currentVersion: z.number(),
  latestVersion: z.number(),
  token: z.string(),
  labels: z.record(z.string(), z.string()),
  workspaceId: z.string().optional(),
  instances: z.array(InstanceRecordSchema),
  events: z.array(EventRecordSchema),
  /** From here on the gateway knows the service's instances. */
  callableAt: z.number(),
  autoscaler: AutoscalerRecordSchema.optional(),
  cronscaler: CronscalerRecordSchema.optional(),
  mirror: MirrorRecordSchema.optional(),
  /** Every version with its configuration, oldest first; the newest is also `config`. */
  versions: z.array(VersionRecordSchema).default([]),
  /** Development mode: one instance that is worked in, no updates. */
  developing: z.boolean().default(false),
  safetyLock: z.enum(["none", "dangerous", "all"]).default("none"),
  trafficState: z.enum(["standalone", "grouping"]).optional(),
  weight: z.number().optional(),
  rollout: RolloutRecordSchema.optional(),
  /** What it was made from, for CloneService. */
  clonedFrom: z.string().optional(),
});

export type ServiceRecord = z.infer<typeof ServiceRecordSchema>;
export type InstanceRecord = z.infer<typeof InstanceRecordSchema>;
export type EventRecord = z.infer<typeof EventRecordSchema>;
export type VersionRecord = z.infer<typeof VersionRecordSchema>;
export type RolloutRecord = z.infer<typeof RolloutRecordSchema>;
export type ServiceStatus = ServiceRecord["status"];
