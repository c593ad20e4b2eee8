/** The metrics an autoscaler may follow (eas-openapi.md §7.4, eas-service-json.md §8, eas-console-features.md §3). Pure. */

/** `id` is the message key below `scaling.metric`. */
export const METRICS = [
  { id: "qps", name: "qps", unit: "rate" },
  { id: "cpu", name: "cpu", unit: "percent" },
  { id: "gpu", name: "gpu[util]", unit: "percent" },
  { id: "memory", name: "memory", unit: "percent" },
  { id: "averageBacklog", name: "queue[avgbacklog]", unit: "items" },
  { id: "backlog", name: "queue[backlog]", unit: "items" },
] as const;

export type Metric = (typeof METRICS)[number];

export const PERCENT_METRICS: readonly string[] = METRICS.flatMap(({ name, unit }) =>
  unit === "percent" ? [name] : [],
);

export function needsQueue(metric: string): boolean {
  return metric.startsWith("queue[");
}

/** EAS documents names in capitals in its replies; one of ours, or undefined for a metric that we do not know. */
export function findMetric(name: string): Metric | undefined {
  const plain = name.toLowerCase();
  return METRICS.find((metric) => metric.name === plain);
}

/** The console's own documentation gives up to 1000; an older one 3000. */
export const MAX_INSTANCES = 1000;

/** The rule that an error names when a change has left a service without its autoscaler. */
export const AUTOSCALER_LOST = "scaling.auto.lost";
