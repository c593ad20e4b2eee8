import { z } from "zod";

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
});

const EventRecordSchema = z.object({
  at: z.number(),
  type: z.enum(["Normal", "Warning"]),
  reason: z.string(),
  message: z.string(),
  resource: z.enum(["Service", "Pod"]),
  instance: z.string().optional(),
});

export const SERVICE_STATUSES = [
  "Creating",
  "Waiting",
  "Starting",
  "Running",
  "Updating",
  "Scaling",
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
});

export type ServiceRecord = z.infer<typeof ServiceRecordSchema>;
export type InstanceRecord = z.infer<typeof InstanceRecordSchema>;
export type EventRecord = z.infer<typeof EventRecordSchema>;
export type ServiceStatus = ServiceRecord["status"];
