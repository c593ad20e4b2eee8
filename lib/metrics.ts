/** What this process counts, for Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { once } from "@/lib/once";

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function create() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "easel_" });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: "easel_http_request_seconds",
      help: "Requests to route handlers; streams count until their first byte.",
      labelNames: ["method", "route", "status"],
      buckets: SECONDS,
      registers,
    }),
    calls: new Histogram({
      name: "easel_cloud_call_seconds",
      help: "Calls of the cloud's OpenAPI, each attempt.",
      labelNames: ["product", "action", "outcome"],
      buckets: SECONDS,
      registers,
    }),
    failures: new Counter({
      name: "easel_unexpected_errors_total",
      help: "Errors that the log tells with a stack.",
      registers,
    }),
    streams: new Gauge({ name: "easel_event_streams", help: "Open streams of server-sent events.", registers }),
    silences: new Gauge({
      name: "easel_cloud_silent",
      help: "Connections whose cloud is not asked for now because it failed again and again.",
      labelNames: ["side"],
      registers,
    }),
    jobs: new Gauge({
      name: "easel_jobs",
      help: "Durable work that is not done, over all processes.",
      labelNames: ["kind", "state"],
      registers,
    }),
    info: new Gauge({ name: "easel_info", help: "The version that runs.", labelNames: ["version"], registers }),
  };
}

/** One set per process; Next holds several copies of a module. */
export const metrics = () => once("metrics", create);

/** `/api/services/sd15/logs` → `/api/services/[name]/logs`: names would make endless series. */
export function routeOf(pathname: string, params: Record<string, unknown>): string {
  const names = new Map(
    Object.entries(params).map(([name, value]) => [encodeURIComponent(String(value)), `[${name}]`]),
  );
  return pathname
    .split("/")
    .map((step) => names.get(step) ?? step)
    .join("/");
}

/** How long one attempt of a call took, and how it ended. */
export async function timeCall<T>(product: string, action: string, call: () => Promise<T>): Promise<T> {
  const end = metrics().calls.startTimer({ product, action });
  try {
    const value = await call();
    end({ outcome: "ok" });
    return value;
  } catch (error) {
    end({ outcome: "failed" });
    throw error;
  }
}
