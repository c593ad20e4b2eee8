import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { type JsonObject, valueAt } from "@/lib/sandbox/eas/json-path";

/** metadata.rolling_strategy: numbers of instances or shares (reference: eas-service-json.md §2.2). */
export interface RollingStrategy {
  maxSurge: string;
  maxUnavailable: string;
}

/** On public resources. */
const DEFAULTS: RollingStrategy = { maxSurge: "2%", maxUnavailable: "0" };

export function readRolling(config: JsonObject): RollingStrategy {
  const read = (key: string, fallback: string) => {
    const value = valueAt(config, `metadata.rolling_strategy.${key}`) ?? fallback;
    const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
    if (!/^(\d{1,6}|\d{1,3}%)$/.test(text))
      throw invalidParameter(`metadata.rolling_strategy.${key} [${String(value)}] must be an integer or a percentage.`);
    return text;
  };
  const strategy = {
    maxSurge: read("max_surge", DEFAULTS.maxSurge),
    maxUnavailable: read("max_unavailable", DEFAULTS.maxUnavailable),
  };
  // Then nothing could ever be replaced.
  if (Number.parseInt(strategy.maxSurge, 10) === 0 && Number.parseInt(strategy.maxUnavailable, 10) === 0)
    throw invalidParameter("metadata.rolling_strategy: max_surge and max_unavailable cannot both be 0.");
  return strategy;
}

/** Shares of what is wanted: a surge rounds up to one at least, what may be missing rounds down. */
export function rollingLimits({ maxSurge, maxUnavailable }: RollingStrategy, instances: number) {
  const share = (text: string, round: (value: number) => number) =>
    text.endsWith("%") ? round((Number(text.slice(0, -1)) / 100) * instances) : Number(text);
  const surge = share(maxSurge, Math.ceil);
  const unavailable = share(maxUnavailable, Math.floor);
  return { maxSurge: surge === 0 && unavailable === 0 ? 1 : surge, maxUnavailable: unavailable };
}
