import { z } from "zod";

/** What a service's record remembers of its scalers and of its mirror. Times are milliseconds since the epoch. */

export const AutoscalerRecordSchema = z.object({
  min: z.number(),
  max: z.number(),
  strategies: z.array(
    z.object({
      metricName: z.string(),
      threshold: z.number(),
      /** Another service whose metric counts. */
      service: z.string().optional(),
    }),
  ),
  scaleUpWindowSeconds: z.number(),
  scaleDownWindowSeconds: z.number(),
  zeroGraceSeconds: z.number(),
  zeroActivationReplicas: z.number(),
  /** The behaviour as it was given, for the reply. */
  behavior: z.record(z.string(), z.unknown()),
});

const CronJobRecordSchema = z.object({
  name: z.string(),
  schedule: z.string(),
  targetSize: z.number(),
  timeZone: z.string(),
  createdAt: z.number(),
  state: z.enum(["Submitted", "Succeed", "Failed"]),
  message: z.string(),
  lastProbeAt: z.number().optional(),
});

export const CronscalerRecordSchema = z.object({
  jobs: z.array(CronJobRecordSchema),
  excludeDates: z.array(z.string()),
});

export const MirrorRecordSchema = z.object({
  ratio: z.number(),
  targets: z.array(z.string()),
});

export type AutoscalerRecord = z.infer<typeof AutoscalerRecordSchema>;
export type CronJobRecord = z.infer<typeof CronJobRecordSchema>;
export type CronscalerRecord = z.infer<typeof CronscalerRecordSchema>;
export type MirrorRecord = z.infer<typeof MirrorRecordSchema>;
