import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { instanceNotFound, invalidParameter } from "@/lib/sandbox/eas/fault";
import { booleanParameter, pageOf, readOrder, readPaging, textParameter } from "@/lib/sandbox/eas/query";
import type { InstanceRecord, ServiceRecord } from "@/lib/sandbox/eas/records";
import { toContainer, toInstance } from "./wire";

/* ListServiceInstances and ListServiceContainers (reference: eas-openapi.md §7.2). */

type Row = ReturnType<typeof toInstance>;

/** Parameters that must be equal to a value of the row. The sandbox has neither resource groups, quotas nor members. */
const EQUAL: Record<string, (row: Row) => string> = {
  InstanceName: ({ InstanceName }) => InstanceName,
  InstanceStatus: ({ Status }) => Status,
  InstanceType: ({ InstanceType }) => InstanceType,
  InstanceIP: ({ InnerIP }) => InnerIP,
  HostIP: ({ HostIP }) => HostIP,
  Role: ({ Role }) => Role,
  ResourceType: ({ ResourceType }) => ResourceType,
  Resource: () => "",
  QuotaId: () => "",
  MemberType: () => "",
  ReplicaName: ({ ReplicaName }) => ReplicaName,
};

export const listServiceInstances: Handler = (call) => {
  const { query, cloud } = call;
  const service = serviceOf(call);
  const direction = readOrder(query);
  const sort = textParameter(query, "Sort") ?? "StartTime";
  if (sort !== "StartTime") throw invalidParameter(`Sort [${sort}] is not supported.`);
  const fits = rowFilter(query);
  const found = [...service.instances]
    .sort((a, b) => direction * (orderOf(a) - orderOf(b)) || (a.name < b.name ? -1 : 1))
    .map((instance) => toInstance(service, instance, cloud.clock.now()))
    .filter(fits);
  const paging = readPaging(query);
  return {
    Instances: pageOf(found, paging),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

function orderOf({ startedAt, createdAt }: InstanceRecord): number {
  return startedAt ?? createdAt;
}

function rowFilter(query: URLSearchParams): (row: Row) => boolean {
  const isSpot = booleanParameter(query, "IsSpot");
  const part = textParameter(query, "Filter");
  // Replicas of several machines each: no service of the sandbox has them.
  const replicas = booleanParameter(query, "ListReplica") ?? false;
  const wanted = Object.entries(EQUAL).flatMap(([name, value]) => {
    const text = textParameter(query, name);
    return text === undefined ? [] : [(row: Row) => value(row) === text];
  });
  return (row) =>
    row.IsReplica === replicas &&
    (isSpot === undefined || row.IsSpot === isSpot) &&
    (part === undefined ||
      [row.InstanceName, row.InnerIP, row.HostIP, row.InstanceType].some((text) => text.includes(part))) &&
    wanted.every((test) => test(row));
}

export const listServiceContainers: Handler = (call) => {
  const service = serviceOf(call);
  return { Containers: [toContainer(service, instanceOf(call, service))], ServiceName: service.name };
};

/** The instance that the path names. */
export function instanceOf({ params }: Call, service: ServiceRecord): InstanceRecord {
  return findInstance(service, params.instance ?? "");
}

export function findInstance(service: ServiceRecord, name: string): InstanceRecord {
  const instance = service.instances.find((one) => one.name === name);
  if (!instance) throw instanceNotFound(name, service.name);
  return instance;
}
