import { type Call, type Handler, serviceOf } from "./cloud";
import { invalidParameter } from "./fault";
import { assertGroupIsFree, ensureGroup } from "./groups/membership";
import { conflict, refuseCommand } from "./guard/refusals";
import { type JsonObject, mergeJson } from "./json-path";
import { newServiceId, newToken } from "./names";
import { bodyObject, booleanParameter, mapParameter, textParameter } from "./query";
import type { ServiceRecord } from "./records";
import { boundReplicas, scalersOf } from "./scaling/config-blocks";
import { acceptConfig, completeConfig, parseConfigText, readLabels } from "./service-spec";
import { isReplicaCount, MAX_REPLICAS } from "./spec/values";
import { amendVersion } from "./versions/history";
import { addressesOf } from "./wire";
import { requireWorkspace } from "./workspaces";

/* Operations that make, move and end services (reference: eas-openapi.md §7.1). */

export const createService: Handler = async (call) => {
  const developing = booleanParameter(call.query, "Develop") ?? false;
  const workspaceId = textParameter(call.query, "WorkspaceId");
  const service = await addService(call, parseConfigText(call.body), { status: "Creating", developing, workspaceId });
  return {
    ServiceId: service.id,
    ServiceName: service.name,
    // As it was accepted; by now it may have moved on.
    Status: "Creating",
    Region: call.cloud.region,
    ...addressesOf(service, call.cloud),
  };
};

/** What a new service is besides its configuration. */
type Origin = Pick<ServiceRecord, "status"> &
  Partial<Pick<ServiceRecord, "developing" | "workspaceId" | "labels" | "clonedFrom">>;

/** Makes a service of a configuration; the labels of the call's query are added. */
export async function addService({ cloud, query }: Call, given: JsonObject, origin: Origin): Promise<ServiceRecord> {
  const spec = acceptConfig(given);
  const workspaceId = origin.workspaceId ?? spec.workspaceId;
  requireWorkspace(cloud, workspaceId);
  const labels = { ...origin.labels, ...spec.labels, ...readLabels(mapParameter(query, "Labels"), "Labels") };
  if (cloud.services.get(spec.name))
    throw invalidParameter(`Service [${spec.name}] in region [${cloud.region}] already exists.`);
  assertGroupIsFree(cloud, spec.name, given);
  const now = cloud.clock.now();
  const scalers = scalersOf(given, now);
  const config = boundReplicas(completeConfig(given, spec), spec.instances, scalers.autoscaler);
  const service: ServiceRecord = {
    id: newServiceId(),
    name: spec.name,
    status: origin.status,
    message: "Service is creating",
    createdAt: now,
    updatedAt: now,
    config,
    currentVersion: 1,
    latestVersion: 1,
    token: spec.token ?? newToken(),
    labels,
    workspaceId,
    instances: [],
    events: [],
    callableAt: 0,
    versions: [{ number: 1, createdAt: now, config }],
    developing: origin.developing ?? false,
    safetyLock: "none",
    clonedFrom: origin.clonedFrom,
    ...scalers,
  };
  cloud.services.add(service);
  ensureGroup(cloud, service);
  cloud.lifeCycle.begin(service);
  cloud.scaling.arm(service);
  await Promise.all([cloud.services.flush(), cloud.groups.flush()]);
  return service;
}

export const scaleService: Handler = async (call) => {
  const service = serviceOf(call);
  const body = bodyObject(call.body);
  const count = body.Instance;
  if (!isReplicaCount(count))
    throw invalidParameter(`Instance is required and must be an integer from 0 to ${MAX_REPLICAS}.`);
  const victims = body.InstancesToDelete ?? [];
  if (!Array.isArray(victims) || !victims.every((name) => typeof name === "string"))
    throw invalidParameter("InstancesToDelete must be an array of strings.");
  refuseCommand(service, "scale");
  amendVersion(service, mergeJson(service.config, { metadata: { instance: count } }));
  call.cloud.lifeCycle.scale(service, victims);
  return answer(call, service, "is scaling");
};

export const startService: Handler = (call) => {
  const service = serviceOf(call);
  refuseCommand(service, "start");
  if (service.status !== "Stopped" && service.status !== "Failed") throw conflict(service, "start");
  call.cloud.lifeCycle.start(service);
  return answer(call, service, "is starting");
};

export const stopService: Handler = (call) => {
  const service = serviceOf(call);
  refuseCommand(service, "stop");
  call.cloud.lifeCycle.stop(service);
  return answer(call, service, "is stopping");
};

export const restartService: Handler = async (call) => {
  const service = serviceOf(call);
  refuseCommand(service, "restart");
  call.cloud.lifeCycle.restart(service);
  await call.cloud.services.flush();
  return { Message: "Service is restarting" };
};

export const deleteService: Handler = (call) => {
  const service = serviceOf(call);
  refuseCommand(service, "delete");
  // Asked for twice, it is only under way.
  if (service.status !== "Deleting") call.cloud.lifeCycle.remove(service);
  return answer(call, service, "is terminating");
};

async function answer({ cloud }: Call, service: ServiceRecord, doing: string) {
  await cloud.services.flush();
  return { Message: `Service [${service.name}] in region [${cloud.region}] ${doing}` };
}
