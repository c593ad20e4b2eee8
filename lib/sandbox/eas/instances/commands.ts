import { randomBytes } from "node:crypto";
import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { invalidParameter, operationConflict } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import type { JsonObject } from "@/lib/sandbox/eas/json-path";
import { bodyObject, booleanParameter, textParameter } from "@/lib/sandbox/eas/query";
import type { InstanceRecord, ServiceRecord } from "@/lib/sandbox/eas/records";
import { findInstance, instanceOf } from "./listing";

/* What can be done to single instances (reference: eas-openapi.md §7.3). */

/** Not a scale-in: as many come back. `SoftRestart` leaves the instance and starts only its process again. */
export const deleteServiceInstances: Handler = async (call) => {
  const service = serviceOf(call);
  const { query, cloud } = call;
  const names = (textParameter(query, "InstanceList") ?? "").split(",").filter((name) => name !== "");
  if (names.length === 0) throw invalidParameter("InstanceList is required.");
  const soft = booleanParameter(query, "SoftRestart") ?? false;
  requireContainer(textParameter(query, "Container"), soft);
  // Names of replicas, of which the sandbox's services have none.
  if (booleanParameter(query, "IsReplica"))
    throw invalidParameter("IsReplica needs a service with several machines a replica.");
  const instances = [...new Set(names)].map((name) => findInstance(service, name));
  refuseCommand(service, "change instances of");
  if (soft) for (const instance of instances) restartProcess(call, instance);
  else cloud.lifeCycle.rebuild(service, instances);
  await cloud.services.flush();
  // The two blanks are the vendor's.
  return {
    Message: `Instance(s) [${names.join(",")}]  for service [${service.name}] in region [${cloud.region}] was deleted successfully`,
  };
};

function requireContainer(container: string | undefined, soft: boolean): void {
  if (container === undefined) return;
  if (!soft) throw invalidParameter("Container is only supported with SoftRestart.");
  if (container !== "worker0") throw invalidParameter(`Container [${container}] is not found.`);
}

function restartProcess({ cloud }: Call, instance: InstanceRecord): void {
  if (instance.status !== "Running" || instance.role === "Queue")
    throw operationConflict(`Instance [${instance.name}] is [${instance.status}], its process cannot be restarted.`);
  cloud.lifeCycle.endProcess(instance);
}

export const updateServiceInstance: Handler = async (call) => {
  const service = serviceOf(call);
  const instance = instanceOf(call, service);
  if (booleanParameter(call.query, "IsReplica"))
    throw invalidParameter("IsReplica needs a service with several machines a replica.");
  const body = bodyObject(call.body);
  const [isolate, detach, hibernate] = (["Isolate", "Detach", "Hibernate"] as const).map((name) => flag(body, name));
  if (isolate === undefined && detach === undefined && hibernate === undefined)
    throw invalidParameter("One of Isolate, Detach and Hibernate is required.");
  if (detach === false) throw invalidParameter("Detach cannot be taken back.");
  refuseCommand(service, "change instances of");
  refuseUnlessChangeable(service, instance);
  if (isolate !== undefined) instance.isolated = isolate;
  if (hibernate !== undefined) instance.hibernated = hibernate;
  if (detach) instance.detached = true;
  for (const [asked, done] of [
    [isolate, isolate ? "was isolated from traffic" : "takes traffic again"],
    [detach, "was detached"],
    [hibernate, hibernate ? "hibernates" : "woke up"],
  ] as const)
    if (asked !== undefined) noteChange(call, service, `Instance ${instance.name} ${done}`, instance);
  // A detached instance is replaced; one that is back takes what waits in the queue.
  call.cloud.lifeCycle.changed(service);
  call.cloud.queues.wake(service);
  await call.cloud.services.flush();
  return { Message: "Success" };
};

function flag(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw invalidParameter(`${name} must be a boolean.`);
  return value;
}

function refuseUnlessChangeable(service: ServiceRecord, instance: InstanceRecord): void {
  if (instance.detached)
    throw operationConflict(`Instance [${instance.name}] of service [${service.name}] is detached, for good.`);
  if (instance.status === "Terminating" || instance.role === "Queue")
    throw operationConflict(
      `Instance [${instance.name}] of service [${service.name}] is [${instance.status}] with role [${instance.role}], it cannot be changed.`,
    );
}

function noteChange({ cloud }: Call, service: ServiceRecord, message: string, instance: InstanceRecord): void {
  cloud.lifeCycle.addEvent(service, {
    type: "Normal",
    reason: "Updated",
    message,
    resource: "Pod",
    instance: instance.name,
  });
}

/** A page of the vendor's, in its form; there is no terminal behind it here. */
export const createServiceInstanceToken: Handler = (call) => {
  const service = serviceOf(call);
  const instance = instanceOf(call, service);
  const type = textParameter(call.query, "ActionType") ?? "WorkBench";
  if (type !== "WorkBench") throw invalidParameter(`ActionType [${type}] is not supported.`);
  const worker = textParameter(call.query, "WorkerName") ?? "worker0";
  if (worker !== "worker0") throw invalidParameter(`WorkerName [${worker}] is not found.`);
  if (instance.status !== "Running")
    throw operationConflict(`Instance [${instance.name}] is [${instance.status}], it cannot be logged on to.`);
  const page = new URL("https://ecs-workbench.aliyun.com/");
  for (const [key, value] of [
    ["regionId", call.cloud.region],
    ["serviceName", service.name],
    ["instanceName", instance.name],
    ["workerName", worker],
    ["loginToken", randomBytes(20).toString("hex")],
  ] as const)
    page.searchParams.set(key, value);
  return { WorkbenchUrl: page.href };
};
