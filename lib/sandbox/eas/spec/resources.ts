import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { findInstanceType } from "@/lib/sandbox/eas/instance-types";
import { isJsonObject, type JsonObject, valueAt } from "@/lib/sandbox/eas/json-path";
import { booleanAt, gibibytesAt, integerAt, numberAt, optionalTextAt } from "./values";

/* Where an instance runs and how much of it (reference: eas-service-json.md §2.2, §3). */

/** The one dedicated group that the account owns; `own-group` says what it holds. */
export const OWN_GROUP_ID = "eas-r-sandbox0000000000000";

export interface Resources {
  /** A dedicated resource group of the account's. */
  resource?: string;
  /** Tried in order; empty for a free pair of cores and memory. */
  instanceTypes: string[];
  cpu: number;
  memoryMb: number;
  gpu: number;
  /** One for each of `instanceTypes`. */
  alternatives: Alternative[];
  /** The system disk and what was asked for on top; 30 GiB come free. */
  diskGib: number;
  /** What is bid for may be taken back at any time. */
  isUnprotected: boolean;
}

export interface Alternative {
  type: string;
  /** The highest bid per hour; present for preemptible machines. */
  spotPriceLimit?: number;
  /** At most so many replicas, or such a share, on this type. */
  capacity?: string;
}

const FREE_DISK_GIB = 30;
const MAX_DISK_GIB = 2000;
const EXTRA_STORAGE = ["features", "eas.aliyun.com/extra-ephemeral-storage"];

export function readResources(config: JsonObject): Resources {
  const resource = optionalTextAt(config, "metadata.resource");
  const quota = optionalTextAt(config, "metadata.quota_id");
  const alternatives = readAlternatives(config);
  const places = [
    alternatives.length > 0 && "cloud.computing",
    resource && "metadata.resource",
    quota && "metadata.quota_id",
  ];
  const named = places.filter((place) => typeof place === "string" && place !== "");
  if (named.length > 1) throw invalidParameter(`${named.join(" and ")} are mutually exclusive.`);
  if (resource && resource !== OWN_GROUP_ID) throw invalidParameter(`metadata.resource [${resource}] is not found.`);
  if (quota) throw invalidParameter(`metadata.quota_id [${quota}] is not found.`);
  const types = alternatives.map(({ type }) => knownType(type));
  const [first] = types;
  const cpu = numberAt(config, "metadata.cpu") ?? first?.cpu;
  const memoryMb = numberAt(config, "metadata.memory") ?? (first && first.memoryGb * 1000);
  const gpu = numberAt(config, "metadata.gpu") ?? first?.gpu?.count ?? 0;
  if (cpu === undefined || memoryMb === undefined)
    throw invalidParameter("cloud.computing.instance_type, or metadata.cpu and metadata.memory, is required.");
  if (cpu <= 0) throw invalidParameter("metadata.cpu must be greater than 0.");
  if (memoryMb <= 0) throw invalidParameter("metadata.memory must be greater than 0.");
  for (const type of types) {
    const check = (key: string, wanted: number | undefined, offered: number) => {
      if (wanted !== undefined && wanted > offered)
        throw invalidParameter(`metadata.${key} [${wanted}] exceeds what ${type.name} offers [${offered}].`);
    };
    check("cpu", numberAt(config, "metadata.cpu"), type.cpu);
    check("memory", numberAt(config, "metadata.memory"), type.memoryGb * 1024);
    check("gpu", numberAt(config, "metadata.gpu"), type.gpu?.count ?? 0);
  }
  if (!first && gpu > 0 && !resource)
    throw invalidParameter("metadata.gpu needs cloud.computing.instance_type on public resources.");
  return {
    resource: resource || undefined,
    instanceTypes: alternatives.map(({ type }) => type),
    cpu,
    memoryMb,
    gpu,
    alternatives,
    diskGib: diskOf(config),
    isUnprotected: valueAt(config, "cloud.computing.disable_spot_protection_period") === true,
  };
}

/** What a new configuration must keep to besides. */
export function checkResources(config: JsonObject): void {
  for (const [key, max] of [
    ["gpu_memory", undefined],
    ["gpu_core_percentage", 100],
  ] as const) {
    if (valueAt(config, `metadata.${key}`) === undefined) continue;
    integerAt(config, `metadata.${key}`, { fallback: 0, min: 1, max });
    throw invalidParameter(`metadata.${key} shares a card, which public resources do not offer.`);
  }
  const disk = gibibytesAt(config, ["metadata", "disk"], "metadata.disk");
  if (disk !== undefined && (disk <= 0 || disk > MAX_DISK_GIB))
    throw invalidParameter(`metadata.disk must be greater than 0 and at most ${MAX_DISK_GIB}Gi.`);
  gibibytesAt(config, EXTRA_STORAGE, EXTRA_STORAGE.join("."));
  integerAt(config, "metadata.shm_size", { fallback: 1, min: 1 });
  booleanAt(config, "cloud.computing.disable_spot_protection_period");
  const list = valueAt(config, "cloud.computing.instances");
  for (const [index, entry] of (Array.isArray(list) ? list : []).entries()) {
    if (!isJsonObject(entry)) continue;
    const at = `cloud.computing.instances[${index}]`;
    const bid = numberAt(entry, "spot_price_limit", `${at}.spot_price_limit`);
    if (bid !== undefined && bid <= 0) throw invalidParameter(`${at}.spot_price_limit must be greater than 0.`);
    const { capacity } = entry;
    if (capacity !== undefined && !/^\d{1,6}%?$/.test(String(capacity)))
      throw invalidParameter(`${at}.capacity [${String(capacity)}] must be a number of replicas or a percentage.`);
  }
}

function diskOf(config: JsonObject): number {
  const read = (path: string[]) => {
    try {
      return gibibytesAt(config, path, path.join("."));
    } catch {
      return undefined;
    }
  };
  return (read(["metadata", "disk"]) ?? FREE_DISK_GIB) + (read(EXTRA_STORAGE) ?? 0);
}

function knownType(name: string) {
  const type = findInstanceType(name);
  if (!type) throw invalidParameter(`cloud.computing.instance_type [${name}] is not supported in this region.`);
  return type;
}

/** The list, in its order; without one the single type. */
function readAlternatives(config: JsonObject): Alternative[] {
  const single = optionalTextAt(config, "cloud.computing.instance_type");
  const list = valueAt(config, "cloud.computing.instances");
  if (list !== undefined && list !== null && !Array.isArray(list))
    throw invalidParameter("cloud.computing.instances must be an array.");
  const many = (list ?? []).map((entry: unknown, index: number): Alternative => {
    const type = isJsonObject(entry) ? entry.type : undefined;
    if (!isJsonObject(entry) || typeof type !== "string" || type === "")
      throw invalidParameter(`cloud.computing.instances[${index}].type is required.`);
    const { spot_price_limit: bid, capacity } = entry;
    return {
      type,
      ...(typeof bid === "number" ? { spotPriceLimit: bid } : {}),
      ...(capacity === undefined || capacity === null ? {} : { capacity: String(capacity) }),
    };
  });
  if (many.length > 0) return many;
  return single ? [{ type: single }] : [];
}
