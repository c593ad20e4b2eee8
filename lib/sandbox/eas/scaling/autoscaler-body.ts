import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { MAX_REPLICAS } from "@/lib/sandbox/eas/spec/values";
import { findMetric, METRIC_NAMES } from "./metrics";
import type { AutoscalerRecord } from "./records";

/* An autoscaler as the API takes it, in lower camel case, and as a service's configuration holds it. */

type Strategy = AutoscalerRecord["strategies"][number];

const WINDOWS = { scaleUp: 0, scaleDown: 300 } as const;
/** A choice: what is longer than a day is a slip. */
const MAX_SECONDS = 86_400;
const ZERO_GRACE_SECONDS = 600;
const ZERO_ACTIVATION_REPLICAS = 1;

export interface BodyRules {
  /** Create allows 0, with `behavior.onZero`; update does not. */
  leastMin: 0 | 1;
  isAsync: boolean;
  serviceExists(name: string): boolean;
}

export function readAutoscalerBody(body: JsonObject, rules: BodyRules): AutoscalerRecord {
  const min = integer(body.min, "min", rules.leastMin);
  const max = integer(body.max, "max", 1);
  if (max <= min) throw invalidParameter(`max [${max}] must be greater than min [${min}].`);
  const list = body.scaleStrategies;
  if (!Array.isArray(list) || list.length === 0)
    throw invalidParameter("scaleStrategies is required and must not be empty.");
  const behavior = readBehavior(body.behavior);
  if (min === 0 && !isJsonObject(behavior.behavior.onZero)) throw invalidParameter("min [0] requires behavior.onZero.");
  return { min, max, strategies: list.map((entry, index) => readStrategy(entry, index, rules)), ...behavior };
}

function readStrategy(entry: unknown, index: number, { isAsync, serviceExists }: BodyRules): Strategy {
  const at = `scaleStrategies[${index}]`;
  if (!isJsonObject(entry)) throw invalidParameter(`${at} must be an object.`);
  const { metricName, threshold, service } = entry;
  if (typeof metricName !== "string" || metricName === "") throw invalidParameter(`${at}.metricName is required.`);
  const metric = findMetric(metricName);
  if (!metric)
    throw invalidParameter(`${at}.metricName [${metricName}] is not supported, use one of ${METRIC_NAMES.join(", ")}.`);
  if (typeof threshold !== "number" || !(threshold > 0))
    throw invalidParameter(`${at}.threshold is required and must be greater than 0.`);
  if (service !== undefined && (typeof service !== "string" || !serviceExists(service)))
    throw invalidParameter(`${at}.service [${String(service)}] is not found.`);
  if (metric.needsQueue && !isAsync && service === undefined)
    throw invalidParameter(`${at}.metricName [${metricName}] needs an asynchronous service.`);
  return { metricName: metricName.toLowerCase(), threshold, service };
}

function readBehavior(given: unknown): Omit<AutoscalerRecord, "min" | "max" | "strategies"> {
  if (given !== undefined && !isJsonObject(given)) throw invalidParameter("behavior must be an object.");
  const behavior = given ?? {};
  const whole = (block: string, key: string, fallback: number, least = 0, most = MAX_SECONDS) => {
    const value = behavior[block];
    if (value !== undefined && !isJsonObject(value)) throw invalidParameter(`behavior.${block} must be an object.`);
    return value?.[key] === undefined ? fallback : integer(value[key], `behavior.${block}.${key}`, least, most);
  };
  return {
    scaleUpWindowSeconds: whole("scaleUp", "stabilizationWindowSeconds", WINDOWS.scaleUp),
    scaleDownWindowSeconds: whole("scaleDown", "stabilizationWindowSeconds", WINDOWS.scaleDown),
    zeroGraceSeconds: whole("onZero", "scaleDownGracePeriodSeconds", ZERO_GRACE_SECONDS),
    zeroActivationReplicas: whole("onZero", "scaleUpActivationReplicas", ZERO_ACTIVATION_REPLICAS, 1, MAX_REPLICAS),
    behavior,
  };
}

function integer(value: unknown, name: string, least: number, most = MAX_REPLICAS): number {
  if (value === undefined || value === null) throw invalidParameter(`${name} is required.`);
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw invalidParameter(`${name} [${String(value)}] must be an integer from ${least} to ${most}.`);
  return value;
}

/**
 * The `autoscaler` of a configuration, in the API's form or with `strategies: {qps: 10}` (reference: eas-service-json.md
 * §8). As with all of the configuration, keys that are not known are ignored: with `min_replica` and the like nothing is
 * left but min = max = 0, and the service is scaled to nothing.
 */
export function readAutoscalerBlock(block: unknown): AutoscalerRecord | undefined {
  if (!isJsonObject(block)) return undefined;
  const entries: unknown[] = Array.isArray(block.scaleStrategies) ? block.scaleStrategies : [];
  const pairs = isJsonObject(block.strategies) ? Object.entries(block.strategies) : [];
  const strategies = [
    ...entries.flatMap((entry) => (isJsonObject(entry) ? [[entry.metricName, entry.threshold] as const] : [])),
    ...pairs,
  ].flatMap(([name, threshold]): Strategy[] => {
    const limit = Number(threshold);
    return typeof name === "string" && findMetric(name) && limit > 0
      ? [{ metricName: name.toLowerCase(), threshold: limit }]
      : [];
  });
  const min = integer(block.min ?? 0, "autoscaler.min", 0);
  const max = integer(block.max ?? 0, "autoscaler.max", 0);
  if (max < min) throw invalidParameter(`autoscaler.max [${max}] must not be less than autoscaler.min [${min}].`);
  return { min, max, strategies, ...readBehavior(isJsonObject(block.behavior) ? block.behavior : undefined) };
}
