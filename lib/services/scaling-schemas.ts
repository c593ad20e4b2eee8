import { z } from "zod";
import { isSchedule, isTimeZone } from "./cron-schedule";
import { MAX_INSTANCES, needsQueue, PERCENT_METRICS } from "./scaling-metrics";

/** What people may set for a service's scalers; messages are keys, shown beside the field. */

const seconds = z.number().int().min(0).max(86_400);

const StrategySchema = z
  .object({
    metric: z.string().trim().min(1).max(100),
    threshold: z.number().positive("scaling.rules.thresholdPositive"),
    /** Another service whose metric counts. */
    service: z.string().max(128).optional(),
  })
  .refine(({ metric, threshold }) => !PERCENT_METRICS.includes(metric) || threshold <= 100, {
    path: ["threshold"],
    message: "scaling.rules.percent",
  });

export const AutoscalerSchema = z
  .object({
    min: z.number().int().min(0).max(MAX_INSTANCES),
    max: z.number().int().min(1).max(MAX_INSTANCES),
    strategies: z.array(StrategySchema).min(1, "scaling.rules.noMetric").max(10),
    scaleUpWindowSeconds: seconds,
    scaleDownWindowSeconds: seconds,
    /** Count only where `min` is 0. */
    graceSeconds: seconds,
    activationReplicas: z.number().int().min(1).max(MAX_INSTANCES),
  })
  .refine(({ min, max }) => max > min, { path: ["max"], message: "scaling.rules.maxAboveMin" })
  .refine(({ min, max, activationReplicas }) => min > 0 || activationReplicas <= max, {
    path: ["activationReplicas"],
    message: "scaling.rules.activationWithinMax",
  })
  .superRefine(({ strategies }, context) => {
    strategies.forEach(({ metric, service }, index) => {
      const first = strategies.findIndex((other) => other.metric === metric && other.service === service);
      if (first !== index)
        context.addIssue({
          code: "custom",
          path: ["strategies", index, "metric"],
          message: "scaling.rules.metricTwice",
        });
    });
  });
export type AutoscalerInput = z.output<typeof AutoscalerSchema>;

/** A queue is measured only where there is one. */
export function autoscalerSchemaFor(isAsync: boolean) {
  if (isAsync) return AutoscalerSchema;
  return AutoscalerSchema.superRefine(({ strategies }, context) => {
    strategies.forEach(({ metric, service }, index) => {
      if (needsQueue(metric) && !service)
        context.addIssue({
          code: "custom",
          path: ["strategies", index, "metric"],
          message: "scaling.rules.needsQueue",
        });
    });
  });
}

const schedule = z.string().trim().refine(isSchedule, "scaling.rules.schedule");

const CronJobSchema = z.object({
  name: z.string().trim().min(1).max(64),
  schedule,
  targetSize: z.number().int().min(0).max(MAX_INSTANCES),
  timeZone: z.string().refine(isTimeZone, "scaling.rules.timeZone"),
});

export const CronScalerSchema = z
  .object({
    jobs: z.array(CronJobSchema).min(1, "scaling.rules.noJob").max(50),
    excludeDates: z.array(schedule).max(100),
  })
  .superRefine(({ jobs }, context) => {
    jobs.forEach(({ name }, index) => {
      if (jobs.findIndex((other) => other.name === name) !== index)
        context.addIssue({ code: "custom", path: ["jobs", index, "name"], message: "scaling.rules.nameTwice" });
    });
  });
