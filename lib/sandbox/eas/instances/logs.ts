import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { instanceNotFound, invalidParameter } from "@/lib/sandbox/eas/fault";
import type { LogLine } from "@/lib/sandbox/eas/log-book";
import { booleanParameter, pageByNum, textParameter } from "@/lib/sandbox/eas/query";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { readRange } from "./events";

/*
 * DescribeServiceLog (reference: eas-openapi.md §7.2). Oldest lines first; the last page holds the newest. Query times are
 * UTC; the stamps that containers write are Beijing time.
 */

export const describeServiceLog: Handler = (call) => {
  const { query, cloud } = call;
  const service = serviceOf(call);
  const container = textParameter(query, "ContainerName") ?? "worker0";
  if (container !== "worker0") throw invalidParameter(`ContainerName [${container}] is not found.`);
  const keyword = textParameter(query, "Keyword");
  const { from, until } = readRange(query, 0, cloud.clock.now());
  // As it was met in the field: with a keyword and a time the lines of the application are lost, and here are no others.
  const isLost = keyword !== undefined && (query.get("StartTime") || query.get("EndTime"));
  const found = linesOf(call, service)
    .filter(({ at, text }) => !isLost && at >= from && at <= until && (keyword === undefined || text.includes(keyword)))
    .sort((a, b) => a.at - b.at);
  const { items, counts } = pageByNum(query, found, 500);
  return { Logs: items.map(({ text }) => text), ...counts };
};

/** Lines of the current or of the previous run, of one instance or of all. */
function linesOf(call: Call, service: ServiceRecord): LogLine[] {
  const previous = booleanParameter(call.query, "Previous") ?? false;
  return instancesLogged(call, service).flatMap((instance) => {
    const lines = call.cloud.logs.read(service.name).get(instance) ?? [];
    const current = service.instances.find(({ name }) => name === instance)?.run ?? lines.at(-1)?.run ?? 0;
    return lines.filter(({ run }) => run === (previous ? current - 1 : current));
  });
}

/** The instance that is asked for by name or address, or all of the service's. */
function instancesLogged({ query, cloud }: Call, service: ServiceRecord): string[] {
  const name = textParameter(query, "InstanceName");
  const ip = textParameter(query, "Ip");
  const logged = [...cloud.logs.read(service.name).keys()];
  if (name === undefined && ip === undefined) return logged;
  const wanted = name ?? service.instances.find(({ innerIp }) => innerIp === ip)?.name;
  const exists = service.instances.some((instance) => instance.name === wanted);
  if (wanted === undefined || !(exists || logged.includes(wanted)))
    throw instanceNotFound(name ?? ip ?? "", service.name);
  return [wanted];
}
