import type { InjectedFault } from "@/lib/sandbox/eas/instances/records";
import type { InstanceRecord, ServiceRecord } from "@/lib/sandbox/eas/records";
import type { Reading } from "./decide";
import type { LoadMeter, RequestMeter } from "./meters";

/*
 * The metrics that a strategy may name (reference: eas-openapi.md §7.4, eas-service-json.md §8). Calls and backlogs are
 * counted; how busy a machine is follows from the time that its instance spends on requests, because there is no machine.
 */

export interface Measuring {
  requests: RequestMeter;
  load: LoadMeter;
  /** Items that wait in a service's input queue; undefined when it has none. */
  backlog(service: string): number | undefined;
  windowMs: number;
}

type Measure = (service: ServiceRecord, measuring: Measuring) => number;

interface Metric {
  kind: Reading["kind"];
  /** For `total` the whole service's, for `average` that of one ready instance. */
  measure: Measure;
  needsQueue?: true;
}

const busiest =
  (idle: number, atWork: number, fault: (fault: InjectedFault) => unknown): Measure =>
  (service, { load, windowMs }) => {
    const percents = servingOf(service).map((instance) => {
      const forced = (instance.faults ?? []).map(fault).filter((value) => typeof value === "number");
      return Math.max(idle + (atWork - idle) * load.busy(instance.name, windowMs), ...forced);
    });
    return percents.length === 0 ? 0 : percents.reduce((sum, value) => sum + value, 0) / percents.length;
  };

const qps: Measure = ({ name }, { requests, windowMs }) => requests.rate(name, windowMs);
const cpu = busiest(5, 100, ({ type, args }) => type === "CpuFullloadTask" && args.CpuPercent);
const gpu = busiest(0, 100, () => undefined);
const memory = busiest(35, 75, ({ type, args }) => type === "MemLoadTask" && args.MemPercent);
const backlog: Measure = ({ name }, measuring) => measuring.backlog(name) ?? 0;

const METRICS = new Map<string, Metric>([
  ["qps", { kind: "total", measure: qps }],
  // Thousandths, for thresholds below one call a second.
  ["qps1k", { kind: "total", measure: (...given) => qps(...given) * 1000 }],
  ["cpu", { kind: "average", measure: cpu }],
  ["gpu", { kind: "average", measure: gpu }],
  ["gpu[util]", { kind: "average", measure: gpu }],
  ["memory", { kind: "average", measure: memory }],
  ["queue[backlog]", { kind: "average", measure: backlog, needsQueue: true }],
  ["queue[avgbacklog]", { kind: "total", measure: backlog, needsQueue: true }],
]);

export function findMetric(name: string): Metric | undefined {
  return METRICS.get(name.toLowerCase());
}

export const METRIC_NAMES = [...METRICS.keys()];

/** A service's own or, where the strategy says so, another service's metric. */
export function readMetric(
  name: string,
  threshold: number,
  source: ServiceRecord | undefined,
  measuring: Measuring,
): Reading | undefined {
  const metric = findMetric(name);
  if (!metric) return undefined;
  return { kind: metric.kind, value: source ? metric.measure(source, measuring) : 0, threshold };
}

export function servingOf(service: ServiceRecord): InstanceRecord[] {
  return service.instances.filter(({ role, ready }) => role === "Standard" && ready);
}
