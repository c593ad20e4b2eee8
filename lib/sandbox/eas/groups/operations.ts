import { type Call, type Cloud, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { groupNotFound, invalidParameter, operationConflict } from "@/lib/sandbox/eas/fault";
import { refuseCommand, refuseIfLocked } from "@/lib/sandbox/eas/guard/refusals";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { newToken } from "@/lib/sandbox/eas/names";
import {
  bodyObject,
  bodyText,
  booleanParameter,
  mapParameter,
  oneOf,
  pageOf,
  readOrder,
  readPaging,
  textParameter,
  toTimestamp,
} from "@/lib/sandbox/eas/query";
import { readLabels } from "@/lib/sandbox/eas/service-spec";
import { endpointsOf } from "@/lib/sandbox/eas/wire";
import { findWorkspace } from "@/lib/sandbox/eas/workspaces";
import { findServiceGroup, groupOf } from "./membership";
import { queueServiceName } from "./queue-name";
import type { GroupRecord } from "./records";

/* Groups and the shares of their members (reference: eas-openapi.md §6.5, §7.1, §7.6). */

const NAME_PATTERN = /^[a-z0-9_]{3,63}$/;
const TRAFFIC_MODES = ["auto", "customized"] as const;

export const createGroup: Handler = async ({ cloud, body }) => {
  const given = bodyObject(body);
  const name = bodyText(given, "Name");
  if (!name || !NAME_PATTERN.test(name))
    throw invalidParameter(`Name [${name ?? ""}] is invalid: use 3 to 63 lower-case letters, digits and underscores.`);
  if (cloud.groups.get(name)) throw invalidParameter(`Group [${name}] in region [${cloud.region}] already exists.`);
  // Both are addressed by `/api/predict/<name>`.
  if (cloud.services.get(name))
    throw invalidParameter(`Name [${name}] is taken by a service in region [${cloud.region}].`);
  // The vendor's spelling.
  const workspaceId = bodyText(given, "WorkSpaceId");
  if (workspaceId !== undefined && !findWorkspace(cloud, workspaceId))
    throw invalidParameter(`WorkSpaceId [${workspaceId}] is not found.`);
  const now = cloud.clock.now();
  cloud.groups.put({
    name,
    token: newToken(),
    trafficMode: "auto",
    labels: readLabels(given.Labels, "Labels"),
    network: readNetwork(given.Network),
    workspaceId,
    createdAt: now,
    updatedAt: now,
  });
  await cloud.groups.flush();
  return { Message: `Create service group ${name} successfully` };
};

/** A gateway of one's own does not exist here, and a network needs all three of its parts. */
function readNetwork(value: unknown): GroupRecord["network"] {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) throw invalidParameter("Network must be an object.");
  const gatewayId = bodyText(value, "GatewayId");
  if (gatewayId) throw invalidParameter(`Network.GatewayId [${gatewayId}] is not found.`);
  const vpcId = bodyText(value, "VpcId");
  const vSwitchId = bodyText(value, "VSwitchId");
  const securityGroupId = bodyText(value, "SecurityGroupId");
  const given = [vpcId, vSwitchId, securityGroupId].filter((id) => id !== undefined).length;
  if (given !== 0 && given !== 3)
    throw invalidParameter("Network.VpcId, Network.VSwitchId and Network.SecurityGroupId must be given together.");
  return { vpcId, vSwitchId, securityGroupId };
}

export const updateGroup: Handler = async (call) => {
  const group = recordOf(call);
  const trafficMode = oneOf("TrafficMode", bodyText(bodyObject(call.body), "TrafficMode"), TRAFFIC_MODES);
  if (!trafficMode) throw invalidParameter("TrafficMode is required.");
  call.cloud.groups.put({ ...group, trafficMode, updatedAt: call.cloud.clock.now() });
  await call.cloud.groups.flush();
  return { Message: `Update service group ${group.name} successfully` };
};

export const deleteGroup: Handler = async (call) => {
  const { cloud, query } = call;
  const group = recordOf(call);
  const cascade = booleanParameter(query, "CascadeDelete") ?? false;
  const members = cloud.services.all().filter((service) => groupOf(service) === group.name);
  if (members.length > 0 && !cascade)
    throw operationConflict(
      `Group [${group.name}] in region [${cloud.region}] still has services: ${members.map(({ name }) => name).join(", ")}.`,
    );
  for (const service of members) refuseIfLocked(service, "delete");
  for (const service of members) if (service.status !== "Deleting") cloud.lifeCycle.remove(service);
  cloud.groups.remove(group.name);
  await Promise.all([cloud.groups.flush(), cloud.services.flush()]);
  return { Message: `Delete service group ${group.name} successfully` };
};

export const listGroups: Handler = ({ cloud, query }) => {
  const part = textParameter(query, "Filter");
  const labels = Object.entries(mapParameter(query, "Labels") ?? {});
  const mode = oneOf("TrafficMode", textParameter(query, "TrafficMode"), TRAFFIC_MODES);
  const workspace = textParameter(query, "WorkspaceId");
  const found = cloud.groups
    .all()
    .filter(
      (group) =>
        (part === undefined || group.name.includes(part)) &&
        (mode === undefined || group.trafficMode === mode) &&
        (workspace === undefined || group.workspaceId === workspace) &&
        labels.every(([key, value]) => group.labels[key] === value),
    )
    .sort(groupOrder(query));
  const paging = readPaging(query);
  return {
    Groups: pageOf(found, paging).map((group) => toGroup(group, cloud)),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: found.length,
  };
};

function groupOrder(query: URLSearchParams): (a: GroupRecord, b: GroupRecord) => number {
  const sort = oneOf("Sort", textParameter(query, "Sort") ?? "CreateTime", ["CreateTime", "UpdateTime", "Name"]);
  const direction = readOrder(query);
  const key = (group: GroupRecord) =>
    sort === "Name" ? group.name : sort === "UpdateTime" ? group.updatedAt : group.createdAt;
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left !== right) return left < right ? -direction : direction;
    return a.name < b.name ? -1 : 1;
  };
}

export const describeGroup: Handler = (call) => toGroup(recordOf(call), call.cloud);

export const describeGroupEndpoints: Handler = (call) => {
  const group = recordOf(call);
  const { InternetEndpoint, IntranetEndpoint } = endpointsOf(group.name, call.cloud);
  return {
    AccessToken: group.token,
    Endpoints: [
      {
        EndpointType: "DefaultGateway",
        BackendId: "default",
        PathType: "Group",
        InternetEndpoints: [InternetEndpoint],
        IntranetEndpoints: [IntranetEndpoint],
      },
    ],
    Message: "Execution successful.",
  };
};

export const releaseService: Handler = async (call) => {
  const service = serviceOf(call);
  const { cloud } = call;
  refuseCommand(service, "release");
  const given = bodyObject(call.body);
  const trafficState = oneOf("TrafficState", bodyText(given, "TrafficState"), ["standalone", "grouping"]);
  const weight = readWeight(given);
  if (trafficState === undefined && weight === undefined) throw invalidParameter("TrafficState or Weight is required.");
  const group = findServiceGroup(cloud, groupOf(service));
  if (!group) throw invalidParameter(`Service [${service.name}] does not belong to a group.`);
  service.trafficState = trafficState ?? service.trafficState;
  service.weight = weight ?? service.weight;
  service.updatedAt = cloud.clock.now();
  // A weight that is set is meant to count.
  const record = cloud.groups.get(group.name);
  if (weight !== undefined && record && record.trafficMode !== "customized")
    cloud.groups.put({ ...record, trafficMode: "customized", updatedAt: cloud.clock.now() });
  cloud.services.save(service);
  await Promise.all([cloud.services.flush(), cloud.groups.flush()]);
  const shown = findServiceGroup(cloud, group.name)?.members.find((member) => member.service === service)?.weight ?? 0;
  return {
    Message: `Releasing service [${service.name}] in region [${cloud.region}] with weight [${shown}], service status: [${service.status}]`,
  };
};

function readWeight({ Weight }: JsonObject): number | undefined {
  if (Weight === undefined || Weight === null) return undefined;
  if (typeof Weight !== "number" || !Number.isInteger(Weight) || Weight < -1 || Weight > 1000)
    throw invalidParameter(`Weight [${String(Weight)}] must be an integer from -1 to 1000.`);
  return Weight;
}

/** The group that the path names; another region's is not found. */
function recordOf({ cloud, params }: Call): GroupRecord {
  const name = params.group ?? "";
  const group = params.cluster === cloud.region ? cloud.groups.get(name) : undefined;
  if (!group) throw groupNotFound(name, params.cluster ?? "");
  return group;
}

function toGroup(group: GroupRecord, cloud: Cloud) {
  const { network } = group;
  return {
    Name: group.name,
    ClusterId: cloud.region,
    AccessToken: group.token,
    ...endpointsOf(group.name, cloud),
    QueueService: group.queueOf === undefined ? "" : queueServiceName(group.queueOf),
    TrafficMode: group.trafficMode,
    Labels: Object.entries(group.labels).map(([LabelKey, LabelValue]) => ({ LabelKey, LabelValue })),
    Network: {
      GatewayId: network.gatewayId ?? "",
      VpcId: network.vpcId ?? "",
      VSwitchId: network.vSwitchId ?? "",
      SecurityGroupId: network.securityGroupId ?? "",
    },
    CallerUid: cloud.account.uid,
    ParentUid: cloud.account.uid,
    CreateTime: toTimestamp(group.createdAt),
    UpdateTime: toTimestamp(group.updatedAt),
  };
}
