import { z } from "zod";

/** A stress test as it stands on disk. Times are milliseconds since the epoch, response times milliseconds. */

/** What happened in one second. */
const SecondSchema = z.object({
  at: z.number(),
  rts: z.array(z.number()),
  sent: z.number(),
  received: z.number(),
});

const MeasurementsSchema = z.object({
  seconds: z.array(SecondSchema),
  /** Answers by status code. */
  statuses: z.record(z.string(), z.number()),
});

export const TASK_STATUSES = [
  "Creating",
  "Starting",
  "Running",
  "Stopping",
  "Stopped",
  "Updating",
  "Deleting",
  "Error",
] as const;

export const BenchmarkTaskSchema = z.object({
  id: z.string(),
  name: z.string(),
  serviceName: z.string(),
  status: z.enum(TASK_STATUSES),
  message: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  config: z.record(z.string(), z.unknown()),
  startedAt: z.number().optional(),
  endsAt: z.number().optional(),
  measured: MeasurementsSchema,
});

export type BenchmarkTask = z.infer<typeof BenchmarkTaskSchema>;
export type Measurements = BenchmarkTask["measured"];
export type TaskStatus = BenchmarkTask["status"];
