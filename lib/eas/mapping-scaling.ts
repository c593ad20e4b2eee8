import type { z } from "zod";
import type { Autoscaler, AutoscalerRules, CronScaler, CronScalerRules } from "./types";
import * as wire from "./wire-scaling";

/** Scalers from the vendor's shape to ours and back. */

/** Undefined when the reply tells of none: no bound and no metric. */
export function mapAutoscaler(reply: z.output<typeof wire.AutoscalerReply>): Autoscaler | undefined {
  if (reply.MinReplica === undefined && reply.MaxReplica === undefined && reply.ScaleStrategies.length === 0)
    return undefined;
  // The documented example nests it once more (eas-openapi.md §7.4).
  const inner = reply.Behavior?.behavior;
  const behavior = (isObject(inner) ? inner : reply.Behavior) ?? {};
  const { scaleUp, scaleDown, onZero } = wire.Behavior.parse(behavior);
  return {
    min: reply.MinReplica ?? 0,
    max: reply.MaxReplica ?? 0,
    strategies: reply.ScaleStrategies.map(({ metricName = "", threshold = 0, service }) => ({
      metric: metricName,
      threshold,
      service,
    })),
    scaleUpWindowSeconds: scaleUp?.stabilizationWindowSeconds,
    scaleDownWindowSeconds: scaleDown?.stabilizationWindowSeconds,
    onZero: onZero
      ? { graceSeconds: onZero.scaleDownGracePeriodSeconds, activationReplicas: onZero.scaleUpActivationReplicas }
      : undefined,
    behavior,
    currentMetrics: reply.CurrentMetrics.map(({ metricName = "", value = 0, service }) => ({
      metric: metricName,
      value,
      service,
    })),
  };
}

export function toAutoscalerBody(rules: AutoscalerRules): Record<string, unknown> {
  const { scaleUp, scaleDown, onZero, ...unknown } = rules.behavior ?? {};
  const behavior = withoutEmpty({
    ...unknown,
    scaleUp: merged(scaleUp, { stabilizationWindowSeconds: rules.scaleUpWindowSeconds }),
    scaleDown: merged(scaleDown, { stabilizationWindowSeconds: rules.scaleDownWindowSeconds }),
    onZero:
      rules.onZero &&
      merged(onZero, {
        scaleDownGracePeriodSeconds: rules.onZero.graceSeconds,
        scaleUpActivationReplicas: rules.onZero.activationReplicas,
      }),
  });
  return {
    min: rules.min,
    max: rules.max,
    scaleStrategies: rules.strategies.map(({ metric, threshold, service }) =>
      withoutEmpty({ metricName: plainName(metric), threshold, service }),
    ),
    ...(Object.keys(behavior).length > 0 && { behavior }),
  };
}

/** Replies name the documented metrics in capitals, requests in lower case; other people's own names stay as they are. */
function plainName(metric: string): string {
  return /[a-z]/.test(metric) ? metric : metric.toLowerCase();
}

export function mapCronScaler(reply: z.output<typeof wire.CronScalerReply>): CronScaler | undefined {
  if (reply.ScaleJobs.length === 0) return undefined;
  return {
    jobs: reply.ScaleJobs.map((job) => ({
      name: job.Name ?? "",
      schedule: job.Schedule ?? "",
      targetSize: job.TargetSize ?? 0,
      timeZone: job.TimeZone,
      createdAt: job.CreateTime,
      lastRunAt: job.LastProbeTime,
      state: job.State,
      message: job.Message,
    })),
    excludeDates: reply.ExcludeDates,
  };
}

export function toCronScalerBody({ jobs, excludeDates }: CronScalerRules): Record<string, unknown> {
  return {
    ScaleJobs: jobs.map(({ name, schedule, targetSize, timeZone }) =>
      withoutEmpty({ Name: name, Schedule: schedule, TargetSize: targetSize, TimeZone: timeZone }),
    ),
    ExcludeDates: excludeDates,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is known takes the place of what was there; a block without anything is left out. */
function merged(before: unknown, known: Record<string, unknown>): Record<string, unknown> | undefined {
  const block = withoutEmpty({ ...(isObject(before) ? before : {}), ...withoutEmpty(known) });
  return Object.keys(block).length > 0 ? block : undefined;
}

function withoutEmpty(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
