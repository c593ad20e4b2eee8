import { type JsonObject, mergeJson, sortKeys } from "@/lib/sandbox/eas/json-path";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { readAutoscalerBlock } from "./autoscaler-body";
import { readCronscalerBlock } from "./cronscaler";
import type { AutoscalerRecord } from "./records";

/* Scalers that come with a service's configuration (reference: eas-service-json.md §8). */

/**
 * The scalers that a configuration sets anew: only blocks that differ from those before count, so that an update of other
 * things neither brings a deleted scaler back nor undoes what the API has changed since.
 */
export function scalersOf(
  config: JsonObject,
  now: number,
  before: JsonObject = {},
): Partial<Pick<ServiceRecord, "autoscaler" | "cronscaler">> {
  const isNew = (key: string) =>
    config[key] !== undefined && JSON.stringify(sortKeys(config[key])) !== JSON.stringify(sortKeys(before[key]));
  const autoscaler = isNew("autoscaler") ? readAutoscalerBlock(config.autoscaler) : undefined;
  const cronscaler = isNew("cronscaler") ? readCronscalerBlock(config.cronscaler, now) : undefined;
  return { ...(autoscaler && { autoscaler }), ...(cronscaler && { cronscaler }) };
}

/** While an autoscaler exists it owns the number of replicas: what the configuration asks for moves into its bounds. */
export function boundReplicas(
  config: JsonObject,
  wanted: number,
  autoscaler: AutoscalerRecord | undefined,
): JsonObject {
  if (!autoscaler) return config;
  const instance = Math.min(autoscaler.max, Math.max(autoscaler.min, wanted));
  return mergeJson(config, { metadata: { instance } });
}
