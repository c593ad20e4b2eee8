import { type Cloud, type Handler, serviceOf } from "./cloud";
import { invalidParameter } from "./fault";
import { findQueueOwner, hasQueue, toQueueService } from "./groups/queue-service";
import { booleanParameter, mapParameter, oneOf, pageOf, readOrder, readPaging, textParameter } from "./query";
import type { ServiceRecord } from "./records";
import { addressesOf, toService, toServiceDetail } from "./wire";

/* Operations that read services (reference: eas-openapi.md §7.2). */

type Row = ReturnType<typeof toService>;

export const describeService: Handler = (call) => {
  const { cloud, params } = call;
  const owner = params.cluster === cloud.region ? findQueueOwner(cloud, params.service ?? "") : undefined;
  // The sub-service is called at its owner's address, with its owner's token.
  if (owner) return { ...toQueueService(owner, cloud), ...addressesOf(owner, cloud), AccessToken: owner.token };
  return toServiceDetail(serviceOf(call), cloud);
};

export const listServices: Handler = ({ cloud, query }) => {
  const fits = rowFilter(query);
  const parent = textParameter(query, "ParentServiceUid");
  const found = cloud.services
    .all()
    .sort(serviceOrder(query))
    .flatMap((service) => [
      ...(parent === undefined ? [toService(service, cloud)] : []),
      ...(asksForQueues(query) && hasQueue(service) && (parent ?? service.id) === service.id
        ? [toQueueService(service, cloud)]
        : []),
    ])
    .filter(fits);
  const paging = readPaging(query);
  return {
    Services: pageOf(found, paging),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

/** Queue sub-services are listed only when the question is about them: a choice, no source tells. */
function asksForQueues(query: URLSearchParams): boolean {
  return (
    textParameter(query, "Role") === "Queue" ||
    textParameter(query, "ServiceType") === "Queue" ||
    ["ParentServiceUid", "GroupName", "ServiceName", "ServiceUid"].some((name) => textParameter(query, name))
  );
}

/** Parameters that must be equal to a value of the row; what the sandbox's services never have fits nothing. */
const EQUAL: Record<string, (row: Row) => string> = {
  ServiceName: ({ ServiceName }) => ServiceName,
  ServiceUid: ({ ServiceUid }) => ServiceUid,
  ServiceStatus: ({ Status }) => Status,
  ServiceType: ({ ServiceType }) => ServiceType,
  GroupName: ({ ServiceGroup }) => ServiceGroup,
  TrafficState: ({ TrafficState }) => TrafficState,
  Role: ({ Role }) => Role,
  CallerUid: ({ CallerUid }) => CallerUid,
  Gateway: () => "",
  ResourceId: ({ Resource }) => Resource,
  ResourceName: ({ Resource }) => Resource,
  ResourceAliasName: ({ ResourceAlias }) => ResourceAlias,
  QuotaId: () => "",
  Accessibility: () => "PUBLIC",
};

const RESOURCE_TYPES = ["PublicResource", "DedicatedResource", "Lingjun", "SelfManagedLingjun"];

function rowFilter(query: URLSearchParams): (row: Row) => boolean {
  const part = textParameter(query, "Filter");
  const labels = Object.entries(mapParameter(query, "Label") ?? {});
  const workspace = textParameter(query, "WorkspaceId");
  const withoutWorkspace = booleanParameter(query, "IncludeNoWorkspace") ?? true;
  const resourceType = oneOf("ResourceType", textParameter(query, "ResourceType"), RESOURCE_TYPES);
  const flags = (["AutoscalerEnabled", "CronscalerEnabled", "ResourceBurstable"] as const).flatMap((name) => {
    const wanted = booleanParameter(query, name);
    return wanted === undefined ? [] : [(row: Row) => row[name] === wanted];
  });
  const equal = Object.entries(EQUAL).flatMap(([name, value]) => {
    const wanted = textParameter(query, name);
    return wanted === undefined ? [] : [(row: Row) => value(row) === wanted];
  });
  const hasLabel = (row: Row, key: string, value: unknown) =>
    row.Labels.some(({ LabelKey, LabelValue }) => LabelKey === key && LabelValue === value);
  return (row) =>
    (part === undefined || row.ServiceName.includes(part)) &&
    (resourceType === undefined || resourceType === "PublicResource") &&
    labels.every(([key, value]) => hasLabel(row, key, value)) &&
    (row.WorkspaceId === "" ? withoutWorkspace : workspace === undefined || row.WorkspaceId === workspace) &&
    [...flags, ...equal].every((test) => test(row));
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

export const describeServiceEndpoints: Handler = (call) => {
  const service = serviceOf(call);
  return {
    AccessToken: service.token,
    Endpoints: [endpointRow(service, call.cloud)],
    Message: `Succeed to describe endpoints of service [${service.name}]`,
  };
};

function endpointRow(service: ServiceRecord, cloud: Cloud) {
  const { InternetEndpoint, IntranetEndpoint } = addressesOf(service, cloud);
  return {
    EndpointType: "DefaultGateway",
    BackendId: "default",
    PathType: "Service",
    InternetEndpoints: InternetEndpoint === "" ? [] : [InternetEndpoint],
    IntranetEndpoints: [IntranetEndpoint],
  };
}
