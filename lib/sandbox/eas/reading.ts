import { type Call, type Cloud, type Handler, serviceOf } from "./cloud";
import { instanceNotFound, invalidParameter } from "./fault";
import {
  mapParameter,
  pageByNum,
  pageOf,
  readOrder,
  readPaging,
  textParameter,
  timeParameter,
  toBlankTimestamp,
} from "./query";
import type { InstanceRecord, ServiceRecord } from "./records";
import { endpointsOf, serviceType, toContainer, toInstance, toService, toServiceDetail } from "./wire";

/* Operations that read services (reference: eas-openapi.md §7.2, §7.3). */

export const describeService: Handler = (call) => toServiceDetail(serviceOf(call), call.cloud);

export const listServices: Handler = ({ cloud, query }) => {
  const found = cloud.services.all().filter(serviceFilter(query)).sort(serviceOrder(query));
  const paging = readPaging(query);
  return {
    Services: pageOf(found, paging).map((service) => toService(service, cloud)),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

function serviceFilter(query: URLSearchParams): (service: ServiceRecord) => boolean {
  const equals = (name: string, value: (service: ServiceRecord) => string) => {
    const wanted = textParameter(query, name);
    return (service: ServiceRecord) => wanted === undefined || value(service) === wanted;
  };
  const part = textParameter(query, "Filter");
  const labels = Object.entries(mapParameter(query, "Label") ?? {});
  const workspace = textParameter(query, "WorkspaceId");
  const withoutWorkspace = query.get("IncludeNoWorkspace") !== "false";
  const tests = [
    equals("ServiceName", ({ name }) => name),
    equals("ServiceUid", ({ id }) => id),
    equals("ServiceStatus", ({ status }) => status),
    equals("ServiceType", serviceType),
    // What the sandbox's services never have.
    equals("GroupName", () => ""),
    equals("Gateway", () => ""),
    equals("ResourceId", () => ""),
    equals("QuotaId", () => ""),
    equals("Role", () => ""),
    equals("ResourceType", () => "PublicResource"),
    (service: ServiceRecord) => part === undefined || service.name.includes(part),
    (service: ServiceRecord) => labels.every(([key, value]) => service.labels[key] === value),
    (service: ServiceRecord) =>
      service.workspaceId === undefined
        ? withoutWorkspace
        : workspace === undefined || service.workspaceId === workspace,
  ];
  return (service) => tests.every((test) => test(service));
}

function serviceOrder(query: URLSearchParams): (a: ServiceRecord, b: ServiceRecord) => number {
  const keys: Record<string, (service: ServiceRecord) => number | string> = {
    CreateTime: ({ createdAt }) => createdAt,
    UpdateTime: ({ updatedAt }) => updatedAt,
    ServiceName: ({ name }) => name,
  };
  const sort = textParameter(query, "Sort") ?? "CreateTime";
  const key = Object.hasOwn(keys, sort) ? keys[sort] : undefined;
  if (!key) throw invalidParameter(`Sort [${sort}] is not supported.`);
  const direction = readOrder(query);
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left !== right) return left < right ? -direction : direction;
    return a.name < b.name ? -1 : 1;
  };
}

export const listServiceInstances: Handler = (call) => {
  const { query } = call;
  const service = serviceOf(call);
  const direction = readOrder(query);
  const part = textParameter(query, "Filter");
  const matches = (name: string, value: string) => (textParameter(query, name) ?? value) === value;
  const found = service.instances
    .filter(
      (instance) =>
        matches("InstanceName", instance.name) &&
        matches("InstanceStatus", instance.status) &&
        matches("InstanceType", instance.instanceType ?? "") &&
        matches("InstanceIP", instance.innerIp) &&
        matches("HostIP", instance.hostIp) &&
        matches("Role", instance.role) &&
        matches("IsSpot", "false") &&
        (part === undefined ||
          [instance.name, instance.innerIp, instance.hostIp, instance.instanceType].some((text) =>
            text?.includes(part),
          )),
    )
    .sort((a, b) => direction * ((a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt)));
  const paging = readPaging(query);
  return {
    Instances: pageOf(found, paging).map((instance) => toInstance(service, instance)),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

export const listServiceContainers: Handler = (call) => {
  const service = serviceOf(call);
  return { Containers: [toContainer(service, instanceOf(call, service))], ServiceName: service.name };
};

function instanceOf({ params }: Call, service: ServiceRecord): InstanceRecord {
  const instance = service.instances.find(({ name }) => name === params.instance);
  if (!instance) throw instanceNotFound(params.instance ?? "", service.name);
  return instance;
}

const WEEK_MS = 7 * 24 * 3_600_000;

export const describeServiceEvent: Handler = (call) => {
  const { query, cloud } = call;
  const service = serviceOf(call);
  const from = timeParameter(query, "StartTime") ?? cloud.clock.now() - WEEK_MS;
  const until = endOfSecond(timeParameter(query, "EndTime") ?? cloud.clock.now());
  const type = textParameter(query, "EventType");
  const instance = textParameter(query, "InstanceName");
  const found = service.events
    .filter(
      (event) =>
        event.at >= from &&
        event.at <= until &&
        (type === undefined || event.type === type) &&
        (instance === undefined || event.instance === instance),
    )
    .reverse();
  const { items, counts } = pageByNum(query, found, 100);
  const Events = items.map(({ at, type: Type, reason, message, resource }) => ({
    Time: toBlankTimestamp(at),
    Type,
    Reason: reason,
    Message: message,
    Resource: resource,
  }));
  return { Events, ...counts };
};

/** Query times have whole seconds: the one that is named belongs to the range. */
function endOfSecond(time: number): number {
  return Math.floor(time / 1000) * 1000 + 999;
}

/** Oldest lines first; the last page holds the newest. Query times are UTC; the stamps that containers write are Beijing time. */
export const describeServiceLog: Handler = (call) => {
  const { query, cloud } = call;
  const service = serviceOf(call);
  const container = textParameter(query, "ContainerName") ?? "worker0";
  const keyword = textParameter(query, "Keyword");
  const from = timeParameter(query, "StartTime") ?? 0;
  const until = endOfSecond(timeParameter(query, "EndTime") ?? cloud.clock.now());
  const found = instancesLogged(call, service)
    .flatMap((instance) => {
      const lines = cloud.logs.read(service.name).get(instance) ?? [];
      const lastRun = lines.at(-1)?.run ?? 0;
      const current = service.instances.find(({ name }) => name === instance)?.run ?? lastRun;
      const run = query.get("Previous") === "true" ? current - 1 : current;
      return lines.filter((line) => line.run === run);
    })
    .filter(
      ({ at, text }) =>
        container === "worker0" && at >= from && at <= until && (keyword === undefined || text.includes(keyword)),
    )
    .sort((a, b) => a.at - b.at);
  const { items, counts } = pageByNum(query, found, 500);
  return { Logs: items.map(({ text }) => text), ...counts };
};

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

export const describeServiceEndpoints: Handler = (call) => {
  const service = serviceOf(call);
  return {
    AccessToken: service.token,
    Endpoints: [endpointRow(service, call.cloud)],
    Message: `Succeed to describe endpoints of service [${service.name}]`,
  };
};

function endpointRow(service: ServiceRecord, cloud: Cloud) {
  const { InternetEndpoint, IntranetEndpoint } = endpointsOf(service.name, cloud);
  return {
    EndpointType: "DefaultGateway",
    BackendId: "default",
    PathType: "Service",
    InternetEndpoints: [InternetEndpoint],
    IntranetEndpoints: [IntranetEndpoint],
  };
}
