import type { Translate } from "@/lib/i18n/translate";
import { findMetric } from "@/lib/services/scaling-metrics";

/** A metric that we do not know is called what EAS calls it. */
export function metricName(t: Translate, metric: string): string {
  const known = findMetric(metric);
  return known ? t(`scaling.metric.${known.id}`) : metric;
}
