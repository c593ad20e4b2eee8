import { type Call, type Handler, serviceOf } from "./cloud";
import { invalidParameter, operationConflict } from "./fault";
import { ensureGroup } from "./groups/membership";
import { isJsonObject, type JsonObject, mergeJson, sortKeys } from "./json-path";
import { newServiceId, newToken } from "./names";
import { booleanParameter, mapParameter, textParameter } from "./query";
import type { ServiceRecord, ServiceStatus } from "./records";
import { completeConfig, parseConfigText, readLabels, readServiceSpec } from "./service-spec";
import { endpointsOf } from "./wire";
import { findWorkspace } from "./workspaces";

/* Operations that change services (reference: eas-openapi.md §7.1). */

export const createService: Handler = async ({ cloud, query, body }) => {
  booleanParameter(query, "Develop");
  const given = parseConfigText(body);
  const spec = readServiceSpec(given);
  const workspaceId = textParameter(query, "WorkspaceId") ?? spec.workspaceId;
  if (workspaceId !== undefined && !findWorkspace(cloud, workspaceId))
    throw invalidParameter(`WorkspaceId [${workspaceId}] is not found.`);
  const labels = { ...spec.labels, ...readLabels(mapParameter(query, "Labels"), "Labels") };
  if (cloud.services.get(spec.name))
    throw invalidParameter(`Service [${spec.name}] in region [${cloud.region}] already exists.`);
  const now = cloud.clock.now();
  const service: ServiceRecord = {
    id: newServiceId(),
    name: spec.name,
    status: "Creating",
    message: "Service is creating",
    createdAt: now,
    updatedAt: now,
    config: completeConfig(given, spec),
    currentVersion: 1,
    latestVersion: 1,
    token: spec.token ?? newToken(),
    labels,
    workspaceId,
    instances: [],
    events: [],
    callableAt: 0,
    versions: [],
    developing: false,
    safetyLock: "none",
  };
  cloud.services.add(service);
  ensureGroup(cloud, service);
  cloud.lifeCycle.begin(service);
  await Promise.all([cloud.services.flush(), cloud.groups.flush()]);
  return {
    ServiceId: service.id,
    ServiceName: service.name,
    Status: "Creating",
    Region: cloud.region,
    ...endpointsOf(service.name, cloud),
  };
};

export const updateService: Handler = async (call) => {
  const service = serviceOf(call);
  const { cloud, query, body } = call;
  const type = textParameter(query, "UpdateType") ?? "merge";
  if (type !== "merge" && type !== "replace") throw invalidParameter(`UpdateType [${type}] must be merge or replace.`);
  refuseWhile(service, "update", ["Creating", "Starting", "Stopping", "Deleting"]);
  const change = parseConfigText(body);
  const merged = type === "merge" ? mergeJson(service.config, change) : change;
  const spec = readServiceSpec(merged);
  if (spec.name !== service.name)
    throw invalidParameter(`metadata.name [${spec.name}] differs from service [${service.name}]: it cannot change.`);
  const config = completeConfig(merged, spec);
  const onlyReplicas = withoutReplicas(config) === withoutReplicas(service.config);
  service.config = config;
  service.updatedAt = cloud.clock.now();
  if (onlyReplicas) {
    cloud.lifeCycle.scale(service);
  } else {
    service.latestVersion += 1;
    cloud.lifeCycle.update(service);
  }
  await cloud.services.flush();
  return { Message: `Succeed to update service [${service.name}] in region [${cloud.region}]` };
};

function withoutReplicas(config: JsonObject): string {
  const metadata = isJsonObject(config.metadata) ? config.metadata : {};
  return JSON.stringify(sortKeys({ ...config, metadata: { ...metadata, instance: undefined } }));
}

export const scaleService: Handler = async (call) => {
  const service = serviceOf(call);
  refuseWhile(service, "scale", ["Stopping", "Deleting"]);
  const body = parseConfigText(call.body);
  const count = body.Instance;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0)
    throw invalidParameter("Instance is required and must be an integer, at least 0.");
  const victims = body.InstancesToDelete ?? [];
  if (!Array.isArray(victims) || victims.some((name) => typeof name !== "string"))
    throw invalidParameter("InstancesToDelete must be an array of strings.");
  service.config = mergeJson(service.config, { metadata: { instance: count } });
  call.cloud.lifeCycle.scale(
    service,
    victims.filter((name): name is string => typeof name === "string"),
  );
  return answer(call, service, "is scaling");
};

export const startService: Handler = (call) => {
  const service = serviceOf(call);
  if (service.status !== "Stopped" && service.status !== "Failed") throw conflict(service, "start");
  call.cloud.lifeCycle.start(service);
  return answer(call, service, "is starting");
};

export const stopService: Handler = (call) => {
  const service = serviceOf(call);
  refuseWhile(service, "stop", ["Stopping", "Stopped", "Deleting"]);
  call.cloud.lifeCycle.stop(service);
  return answer(call, service, "is stopping");
};

export const restartService: Handler = async (call) => {
  const service = serviceOf(call);
  refuseWhile(service, "restart", ["Creating", "Starting", "Stopping", "Stopped", "Deleting"]);
  call.cloud.lifeCycle.restart(service);
  await call.cloud.services.flush();
  return { Message: "Service is restarting" };
};

export const deleteService: Handler = (call) => {
  const service = serviceOf(call);
  if (service.status !== "Deleting") call.cloud.lifeCycle.remove(service);
  return answer(call, service, "is terminating");
};

/** Which status blocks which operation is stated nowhere; these are the sandbox's choices. */
function refuseWhile(service: ServiceRecord, verb: string, statuses: readonly ServiceStatus[]): void {
  if (statuses.includes(service.status)) throw conflict(service, verb);
}

function conflict(service: ServiceRecord, verb: string) {
  return operationConflict(`Service [${service.name}] cannot ${verb} while its status is [${service.status}].`);
}

async function answer({ cloud }: Call, service: ServiceRecord, doing: string) {
  await cloud.services.flush();
  return { Message: `Service [${service.name}] in region [${cloud.region}] ${doing}` };
}
