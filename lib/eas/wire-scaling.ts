import { z } from "zod";
import { filled, list, number, text } from "./wire";

/** Scalers as EAS tells of them: the items' keys are lower camel, all others are not (eas-openapi.md §7.4). */

const anyObject = z.record(z.string(), z.unknown()).nullish().catch(undefined);

export const AutoscalerReply = z.object({
  MinReplica: number,
  MaxReplica: number,
  ScaleStrategies: list(z.object({ metricName: text, threshold: number, service: filled })),
  CurrentMetrics: list(z.object({ metricName: text, value: number, service: filled })),
  Behavior: anyObject,
});

/** What `Behavior` holds, whether under `behavior` once more or not. */
export const Behavior = z.object({
  scaleUp: z.object({ stabilizationWindowSeconds: number }).nullish().catch(undefined),
  scaleDown: z.object({ stabilizationWindowSeconds: number }).nullish().catch(undefined),
  onZero: z
    .object({ scaleDownGracePeriodSeconds: number, scaleUpActivationReplicas: number })
    .nullish()
    .catch(undefined),
});

export const CronScalerReply = z.object({
  ScaleJobs: list(
    z.object({
      Name: text,
      Schedule: text,
      TargetSize: number,
      TimeZone: filled,
      CreateTime: filled,
      LastProbeTime: filled,
      State: filled,
      Message: filled,
    }),
  ),
  ExcludeDates: list(z.string()),
});
