import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { isJsonObject, type JsonObject, valueAt } from "@/lib/sandbox/eas/json-path";

/* Values of the configuration by path: absent, or of the right type; a wrong one is refused by name. Texts are no numbers. */

export function optionalTextAt(root: JsonObject, path: string, label = path): string | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw invalidParameter(`${label} must be a string.`);
  return value;
}

export function numberAt(root: JsonObject, path: string, label = path): number | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw invalidParameter(`${label} must be a number.`);
  return value;
}

export function booleanAt(root: JsonObject, path: string, label = path): boolean | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw invalidParameter(`${label} must be a boolean.`);
  return value;
}

export function objectAt(root: JsonObject, path: string, label = path): JsonObject | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw invalidParameter(`${label} must be an object.`);
  return value;
}

/** So many replicas a service may have: a choice. Each is really run here, and a slip of the finger must not be the end. */
export const MAX_REPLICAS = 1000;

export function isReplicaCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_REPLICAS;
}

export function integerAt(
  root: JsonObject,
  path: string,
  limits: { fallback: number; min: number; max?: number; label?: string },
): number {
  const label = limits.label ?? path;
  const value = numberAt(root, path, label) ?? limits.fallback;
  if (!Number.isInteger(value) || value < limits.min || value > (limits.max ?? Number.MAX_SAFE_INTEGER)) {
    const range = limits.max === undefined ? `at least ${limits.min}` : `from ${limits.min} to ${limits.max}`;
    throw invalidParameter(`${label} [${value}] must be an integer, ${range}.`);
  }
  return value;
}

/** `40Gi`, in GiB. */
export function gibibytesAt(root: JsonObject, path: readonly string[], label: string): number | undefined {
  const value = path.reduce<unknown>((at, key) => (isJsonObject(at) ? at[key] : undefined), root);
  if (value === undefined || value === null || value === "") return undefined;
  const match = typeof value === "string" ? /^(\d+)(Gi|Mi|Ti)$/.exec(value) : null;
  if (!match) throw invalidParameter(`${label} [${String(value)}] must be a size like 40Gi.`);
  return (
    Number(match[1]) * { Mi: 1 / 1024, Gi: 1, Ti: 1024 }[match[2] === "Mi" ? "Mi" : match[2] === "Ti" ? "Ti" : "Gi"]
  );
}
