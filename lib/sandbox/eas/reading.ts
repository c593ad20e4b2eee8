import { type Cloud, type Handler, serviceOf } from "./cloud";
import { invalidParameter } from "./fault";
import { booleanParameter, mapParameter, oneOf, pageOf, readOrder, readPaging, textParameter } from "./query";
import type { ServiceRecord } from "./records";
import { endpointsOf, toService, toServiceDetail } from "./wire";

/* Operations that read services (reference: eas-openapi.md §7.2). */

type Row = ReturnType<typeof toService>;

export const describeService: Handler = (call) => toServiceDetail(serviceOf(call), call.cloud);

export const listServices: Handler = ({ cloud, query }) => {
  const fits = rowFilter(query);
  const found = cloud.services
    .all()
    .sort(serviceOrder(query))
    .map((service) => toService(service, cloud))
    .filter(fits);
  const paging = readPaging(query);
  return {
    Services: pageOf(found, paging),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

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
  // Of the aggregate service that a member belongs to.
  ParentServiceUid: () => "",
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
  const { InternetEndpoint, IntranetEndpoint } = endpointsOf(service.name, cloud);
  return {
    EndpointType: "DefaultGateway",
    BackendId: "default",
    PathType: "Service",
    InternetEndpoints: [InternetEndpoint],
    IntranetEndpoints: [IntranetEndpoint],
  };
}
