import type { Call, Cloud, Handler } from "@/lib/sandbox/eas/cloud";
import { ApiFault } from "@/lib/sandbox/eas/fault";
import { emptyNodes, freeNodes, isInGroup, type Need, OWN_GROUP } from "@/lib/sandbox/eas/own-group";
import { booleanParameter, mapParameter, oneOf, readOrder, readPaging, textParameter } from "@/lib/sandbox/eas/query";
import { toService } from "@/lib/sandbox/eas/wire";

/*
 * Resource groups and dedicated gateways (reference: eas-openapi.md §6.4, §7.6). The account of the sandbox owns one group
 * and no gateway: whatever else is named is not there, and a service that asks for it is refused just so.
 */

const GATEWAY_STATUSES = ["Creating", "Stopped", "Failed", "Running", "Deleted", "Deleting", "Waiting"];

export const listResources: Handler = ({ query, cloud }) => {
  const type = oneOf("ResourceType", textParameter(query, "ResourceType"), ["Dedicated", "SelfManaged"]);
  const status = textParameter(query, "ResourceStatus");
  readOrder(query);
  const isAskedFor =
    (type ?? "Dedicated") === "Dedicated" &&
    (status ?? READY) === READY &&
    (textParameter(query, "ResourceId") ?? OWN_GROUP.id) === OWN_GROUP.id &&
    (textParameter(query, "ResourceName") ?? OWN_GROUP.name) === OWN_GROUP.name;
  const { number, size } = readPaging(query);
  const found = isAskedFor ? [{ ...toResource(cloud), ExtraData: {}, Vendor: "ECS" }] : [];
  return {
    Resources: found.slice((number - 1) * size, number * size),
    PageNumber: number,
    PageSize: size,
    TotalCount: found.length,
  };
};

export const describeResource: Handler = (call) => {
  requireGroup(call);
  const resource = toResource(call.cloud);
  return {
    ...resource,
    ServiceCount: String(resource.ServiceCount),
    ExtraData: "{}",
    OwnerUid: call.cloud.account.uid,
  };
};

export const listResourceServices: Handler = (call) => {
  const { number, size } = readPaging(call.query);
  requireGroup(call);
  const services = call.cloud.services.all().filter(isInGroup);
  return {
    Services: services.slice((number - 1) * size, number * size).map((service) => toService(service, call.cloud)),
    PageNumber: number,
    PageSize: size,
    TotalCount: services.length,
  };
};

const READY = "ResourceReady";

/** What is used is what instances of services have their place for; each node's own core is not offered to anybody. */
function toResource({ services, region }: Cloud) {
  const all = services.all();
  const [whole, free] = [emptyNodes(), freeNodes(all)];
  const total = (nodes: readonly Need[], key: keyof Need) => nodes.reduce((sum, node) => sum + node[key], 0);
  const used = (key: keyof Need) => total(whole, key) - total(free, key);
  const [node] = whole;
  return {
    ResourceId: OWN_GROUP.id,
    ResourceName: OWN_GROUP.name,
    ResourceType: "Dedicated",
    Status: READY,
    Message: "",
    ClusterId: region,
    CpuCount: total(whole, "cpu"),
    CpuUsed: used("cpu"),
    GpuCount: total(whole, "gpu"),
    GpuUsed: used("gpu"),
    Memory: total(whole, "memoryMb"),
    MemoryUsed: used("memoryMb"),
    InstanceCount: whole.length,
    PrePaidInstanceCount: whole.length,
    PostPaidInstanceCount: 0,
    InstanceMaxAllocatableCPU: node?.cpu ?? 0,
    InstanceMaxAllocatableGPU: node?.gpu ?? 0,
    InstanceMaxAllocatableMemory: node?.memoryMb ?? 0,
    ServiceCount: all.filter(isInGroup).length,
    Features: [],
    UsageMode: "inference",
    CreateTime: BOUGHT,
    UpdateTime: BOUGHT,
  };
}

/** Before anything else of the sandbox. */
const BOUGHT = "2026-01-01T00:00:00Z";

function requireGroup(call: Call): void {
  const { resource, cluster } = call.params;
  if (resource !== OWN_GROUP.id || cluster !== call.cloud.region) throw resourceNotFound(call);
}

export const listGateway: Handler = ({ query }) => {
  oneOf("Status", textParameter(query, "Status"), GATEWAY_STATUSES);
  oneOf("ChargeType", textParameter(query, "ChargeType"), ["PostPaid", "PrePaid"]);
  booleanParameter(query, "InternetEnabled");
  mapParameter(query, "Label");
  readOrder(query);
  return { Gateways: [], ...emptyPage(query) };
};

export const describeGateway: Handler = ({ params }) => {
  throw new ApiFault(
    404,
    "InvalidGateway.NotFound",
    `Gateway [${params.gateway ?? ""}] in region [${params.cluster ?? ""}] is not found.`,
  );
};

function emptyPage(query: URLSearchParams) {
  const { number, size } = readPaging(query);
  return { PageNumber: number, PageSize: size, TotalCount: 0 };
}

function resourceNotFound({ params }: Call): ApiFault {
  return new ApiFault(
    404,
    "InvalidResource.NotFound",
    `Resource [${params.resource ?? ""}] in region [${params.cluster ?? ""}] is not found.`,
  );
}
