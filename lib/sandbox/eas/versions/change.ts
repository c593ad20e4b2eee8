import { isJsonObject, type JsonObject, sortKeys, valueAt } from "@/lib/sandbox/eas/json-path";

/**
 * What an update of the configuration asks for: other replicas only (plain scaling, no version), something that the
 * instances do not see (a version, HotUpdate, no rebuild), or a rolling update. Only the first is the vendor's rule; which
 * keys are changed in place is a choice.
 */
export type KindOfChange = "replicas" | "in place" | "rolling";

/** Read outside the instances: by the scalers, the gateway and the lists. */
const OUTSIDE_INSTANCES = [
  ["labels"],
  ["token"],
  ["autoscaler"],
  ["cronscaler"],
  ["networking", "gateway_policy"],
  ["metadata", "group"],
  ["metadata", "rolling_strategy"],
  ["metadata", "rpc", "rate_limit"],
];

export function kindOfChange(before: JsonObject, after: JsonObject): KindOfChange {
  const rest = (config: JsonObject, paths: string[][]) => JSON.stringify(sortKeys(paths.reduce(without, config)));
  const replicas = [["metadata", "instance"]];
  if (
    rest(before, replicas) === rest(after, replicas) &&
    valueAt(before, "metadata.instance") !== valueAt(after, "metadata.instance")
  )
    return "replicas";
  const outside = [...replicas, ...OUTSIDE_INSTANCES];
  if (rest(before, replicas) !== rest(after, replicas) && rest(before, outside) === rest(after, outside))
    return "in place";
  return "rolling";
}

function without(config: JsonObject, [key = "", ...inner]: string[]): JsonObject {
  const child = config[key];
  if (child === undefined) return config;
  const { [key]: _, ...others } = config;
  if (inner.length === 0 || !isJsonObject(child)) return others;
  const left = without(child, inner);
  // An object that only held what does not count counts as absent.
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}
