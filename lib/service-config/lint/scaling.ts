import { isSecretName, redactText } from "@/lib/redact";
import { isObject, type JsonObject, type Path, valueAt } from "../json-path";
import { finder, type LintInput, type Rule } from "./finding";

const AUTOSCALER: Path = ["autoscaler"];
/** Spellings that EAS ignores silently; it then scales to nothing (eas-service-json.md §8). */
const WRONG_KEYS = {
  min_replica: "min",
  min_replicas: "min",
  minReplica: "min",
  max_replica: "max",
  max_replicas: "max",
  maxReplica: "max",
  scale_strategies: "scaleStrategies",
} as const;

export const autoscalerRules: Rule = (input) => {
  const autoscaler = valueAt(input.value, AUTOSCALER);
  if (!isObject(autoscaler)) return [];
  const find = finder(input);
  const wrong = Object.entries(WRONG_KEYS).filter(([key]) => key in autoscaler);
  const badStrategies = Object.hasOwn(autoscaler, "scaleStrategies") && hasSnakeCase(autoscaler.scaleStrategies);
  if (wrong.length > 0 || badStrategies)
    return [
      find("error", "autoscaler_spelling", AUTOSCALER, {
        params: { keys: [...wrong.map(([key]) => key), ...(badStrategies ? ["metric_name"] : [])].join(", ") },
        repair: [{ path: AUTOSCALER, value: repaired(autoscaler) }],
      }),
    ];
  const { min, max } = autoscaler;
  const nothing = typeof max !== "number" || max < 1;
  return [
    ...strategyFindings(input, autoscaler),
    nothing && find("error", "autoscaler_zero", [...AUTOSCALER, "max"], { shows: [AUTOSCALER] }),
    typeof min === "number" &&
      typeof max === "number" &&
      max >= 1 &&
      min >= max &&
      find("error", "autoscaler_bounds", [...AUTOSCALER, "min"], { shows: [AUTOSCALER], params: { min, max } }),
    !nothing &&
      find("info", "autoscaler_owns_instances", ["metadata", "instance"], {
        shows: [["metadata", "instance"], AUTOSCALER],
      }),
  ];
};

/** `{strategies: {qps: 10}}` is the form of the command line's document; the interface reads a list (eas-service-json.md §8). */
function strategyFindings(input: LintInput, { scaleStrategies, strategies, ...rest }: JsonObject) {
  if (Array.isArray(scaleStrategies) && scaleStrategies.length > 0) return [];
  const find = finder(input);
  const at: Path = [...AUTOSCALER, "scaleStrategies"];
  if (!isObject(strategies) || Object.keys(strategies).length === 0)
    return [find("warning", "autoscaler_no_rules", at, { shows: [AUTOSCALER] })];
  const list = Object.entries(strategies).map(([metricName, threshold]) => ({ metricName, threshold }));
  return [
    find("warning", "autoscaler_strategies", at, {
      shows: [[...AUTOSCALER, "strategies"]],
      repair: [{ path: AUTOSCALER, value: { ...rest, scaleStrategies: list } }],
    }),
  ];
}

const hasSnakeCase = (strategies: unknown) =>
  Array.isArray(strategies) && strategies.some((one) => isObject(one) && "metric_name" in one);

function repaired(autoscaler: JsonObject): JsonObject {
  const entries = Object.entries(autoscaler).map(([key, value]): [string, unknown] => [
    Object.hasOwn(WRONG_KEYS, key) ? WRONG_KEYS[key as keyof typeof WRONG_KEYS] : key,
    Array.isArray(value) ? value.map((one) => (isObject(one) ? withMetricName(one) : one)) : value,
  ]);
  return Object.fromEntries(entries);
}

const withMetricName = (strategy: JsonObject) =>
  Object.fromEntries(
    Object.entries(strategy).map(([key, value]) => [key === "metric_name" ? "metricName" : key, value]),
  );

/** Whoever may describe the service reads its variables. A secret goes by its name, or stands in an address. */
export const secretRules: Rule = (input) => {
  const containers = valueAt(input.value, ["containers"]);
  return (Array.isArray(containers) ? containers : []).flatMap((container: unknown, place) => {
    const env = isObject(container) ? container.env : undefined;
    return (Array.isArray(env) ? env : []).map((entry: unknown, index) => {
      if (!isObject(entry) || typeof entry.name !== "string" || !entry.value) return false;
      const isSecret =
        isSecretName(entry.name) || (typeof entry.value === "string" && redactText(entry.value) !== entry.value);
      const at: Path = ["containers", place, "env", index];
      return (
        isSecret &&
        finder(input)("warning", "secret_in_env", at, {
          shows: [[...at, "name"]],
          params: { name: entry.name },
          repair: [{ path: at, value: undefined }],
        })
      );
    });
  });
};

/** A probe asks in one way; EAS refuses several at once. */
export const probeRules: Rule = (input) => {
  const container = valueAt(input.value, ["containers", 0]);
  if (!isObject(container)) return [];
  return ["startup_check", "liveness_check", "readiness_check", "health_check"].map((name) => {
    const probe = container[name];
    if (!isObject(probe)) return false;
    const ways = ["http_get", "tcp_socket", "exec"].filter((way) => probe[way] !== undefined);
    return (
      ways.length !== 1 &&
      finder(input)("error", "probe_ways", ["containers", 0, name], { params: { name, count: ways.length } })
    );
  });
};
