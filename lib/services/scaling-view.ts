import { z } from "zod";

/** What the browser gets to see of a service's scalers. */

const StrategySchema = z.object({ metric: z.string(), threshold: z.number(), service: z.string().optional() });

const AutoscalerViewSchema = z.object({
  min: z.number(),
  max: z.number(),
  strategies: z.array(StrategySchema),
  scaleUpWindowSeconds: z.number().optional(),
  scaleDownWindowSeconds: z.number().optional(),
  onZero: z.object({ graceSeconds: z.number().optional(), activationReplicas: z.number().optional() }).optional(),
  currentMetrics: z.array(z.object({ metric: z.string(), value: z.number(), service: z.string().optional() })),
});
export type AutoscalerView = z.infer<typeof AutoscalerViewSchema>;

const CronScalerViewSchema = z.object({
  jobs: z.array(
    z.object({
      name: z.string(),
      schedule: z.string(),
      targetSize: z.number(),
      timeZone: z.string().optional(),
      createdAt: z.string().optional(),
      lastRunAt: z.string().optional(),
      state: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
  excludeDates: z.array(z.string()),
});
export type CronScalerView = z.infer<typeof CronScalerViewSchema>;

export const ScalingViewSchema = z.object({
  autoscaler: AutoscalerViewSchema.optional(),
  cronScaler: CronScalerViewSchema.optional(),
});
export type ScalingView = z.infer<typeof ScalingViewSchema>;
