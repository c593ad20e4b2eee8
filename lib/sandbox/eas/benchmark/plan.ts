import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { type JsonObject, valueAt } from "@/lib/sandbox/eas/json-path";

/** What a stress test does, read from its configuration (reference: eas-openapi.md §7.7). */
export interface BenchmarkPlan {
  serviceName: string;
  /** Another token than the service's own. */
  token?: string;
  durationSeconds: number;
  /** Undefined: more and more, until answers take longer than `maxRtMs`. */
  qps?: number;
  maxRtMs?: number;
  agents: number;
  /** Where the body of the requests lies, or the body itself. */
  path?: string;
  content?: string;
}

const DEFAULT_DURATION_SECONDS = 600;
/** What one process can stand beside everything else; a choice, like all bounds of the sandbox. */
export const MOST_QPS = 100;
export const MOST_SECONDS = 3600;

export function readPlan(config: JsonObject): BenchmarkPlan {
  const text = (path: string) => {
    const value = valueAt(config, path);
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value !== "string") throw invalidParameter(`${path} must be a string.`);
    return value;
  };
  const positive = (path: string) => {
    const value = valueAt(config, path);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !(value > 0)) throw invalidParameter(`${path} must be a number greater than 0.`);
    return value;
  };
  const serviceName = text("service.serviceName");
  if (!serviceName) throw invalidParameter("service.serviceName is required.");
  const type = text("data.dataType");
  if (type !== undefined && type !== "binary" && type !== "text")
    throw invalidParameter(`data.dataType [${type}] must be binary or text.`);
  return {
    serviceName,
    token: text("service.requestToken"),
    durationSeconds: positive("base.duration") ?? DEFAULT_DURATION_SECONDS,
    qps: positive("base.qps"),
    maxRtMs: positive("optional.maxRt"),
    agents: Math.ceil(positive("base.agentCount") ?? 1),
    path: text("data.path"),
    content: text("data.content"),
  };
}

/** Bucket and key of `oss://bucket/key` or of an address of the storage. */
export function objectOf(path: string): { bucket: string; key: string } | undefined {
  const match =
    /^oss:\/\/([a-z0-9-]+)(?:\.[^/]*)?\/(.+)$/.exec(path) ??
    /^https?:\/\/([a-z0-9-]+)\.oss-[a-z0-9-]+\.aliyuncs\.com\/([^?]+)/.exec(path);
  return match?.[1] && match[2] ? { bucket: match[1], key: decodeURIComponent(match[2]) } : undefined;
}

/** Which bounds of the sandbox the plan meets, for the task's message. */
export function boundsMet({ qps = 0, durationSeconds }: BenchmarkPlan): string {
  const met = [
    ...(qps > MOST_QPS ? [`${MOST_QPS} requests a second`] : []),
    ...(durationSeconds > MOST_SECONDS ? [`${MOST_SECONDS} seconds`] : []),
  ];
  return met.length === 0 ? "" : `, limited to ${met.join(" and ")}`;
}
