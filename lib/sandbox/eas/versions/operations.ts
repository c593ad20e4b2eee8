import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { assertGroupIsFree, ensureGroup, groupOf } from "@/lib/sandbox/eas/groups/membership";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { imageIsKnown, pullFailure } from "@/lib/sandbox/eas/images";
import { type JsonObject, mergeJson, sortKeys, valueAt } from "@/lib/sandbox/eas/json-path";
import { bodyObject, oneOf, pageOf, readPaging, textParameter, toTimestamp } from "@/lib/sandbox/eas/query";
import type { ServiceRecord, VersionRecord } from "@/lib/sandbox/eas/records";
import { boundReplicas, scalersOf } from "@/lib/sandbox/eas/scaling/config-blocks";
import {
  acceptConfig,
  completeConfig,
  parseConfigText,
  readLabels,
  readServiceSpec,
} from "@/lib/sandbox/eas/service-spec";
import { requireWorkspace } from "@/lib/sandbox/eas/workspaces";
import { kindOfChange } from "./change";
import { addVersion, amendVersion, findVersion, versionsOf } from "./history";

/* Updates, their versions, and the way back (reference: eas-openapi.md §7.1, eas-service-lifecycle.md §5). */

export const updateService: Handler = async (call) => {
  const service = serviceOf(call);
  const { cloud, query, body } = call;
  const type = oneOf("UpdateType", textParameter(query, "UpdateType") ?? "merge", ["merge", "replace"]);
  const member = textParameter(query, "MemberToUpdate");
  if (member !== undefined)
    throw invalidParameter(`MemberToUpdate [${member}] is no member of service [${service.name}].`);
  refuseCommand(service, "update");
  const change = parseConfigText(body);
  const merged = type === "merge" ? mergeJson(service.config, change) : change;
  const spec = acceptConfig(merged);
  if (spec.name !== service.name)
    throw invalidParameter(`metadata.name [${spec.name}] differs from service [${service.name}]: it cannot change.`);
  requireWorkspace(cloud, spec.workspaceId);
  assertGroupIsFree(cloud, service.name, merged);
  const scalers = scalersOf(merged, cloud.clock.now(), service.config);
  const autoscaler = scalers.autoscaler ?? service.autoscaler;
  // The autoscaler's number stands, whatever the body says.
  const asked = completeConfig(merged, spec);
  const config = boundReplicas(asked, readServiceSpec(service.config).instances, autoscaler);
  const kind = kindOfChange(service.config, asked);
  const before = groupOf(service);
  service.updatedAt = cloud.clock.now();
  service.labels = { ...service.labels, ...readLabels(change.labels, "labels") };
  service.token = spec.token ?? service.token;
  service.workspaceId = spec.workspaceId ?? service.workspaceId;
  Object.assign(service, scalers);
  if (kind === "replicas") amendVersion(service, config);
  else addVersion(service, config, cloud.clock.now());
  if (before !== groupOf(service) && cloud.groups.get(before)?.queueOf === service.name) cloud.groups.remove(before);
  ensureGroup(cloud, service);
  if (kind === "replicas") cloud.lifeCycle.scale(service);
  else cloud.lifeCycle.update(service, { inPlace: kind === "in place" });
  if (Object.keys(scalers).length > 0) cloud.scaling.arm(service);
  await Promise.all([cloud.services.flush(), cloud.groups.flush()]);
  return { Message: `Succeed to update service [${service.name}] in region [${cloud.region}]` };
};

export const listServiceVersions: Handler = (call) => {
  const service = serviceOf(call);
  const versions = versionsOf(service).toReversed();
  const paging = readPaging(call.query);
  return {
    Versions: pageOf(versions, paging).map((version) => toVersion(service, version, call.cloud.region)),
    PageNumber: paging.number,
    PageSize: paging.size,
    TotalCount: versions.length,
  };
};

function toVersion(service: ServiceRecord, version: VersionRecord, region: string) {
  const image = imageOf(version.config);
  const available = pullFailure(image, region) ? "false" : imageIsKnown(image) ? "true" : "unknown";
  return {
    // A number: the version's.
    ImageId: version.number,
    BuildTime: toTimestamp(version.createdAt),
    ImageAvailable: available,
    ServiceRunnable: isReadable(version.config) ? available : "false",
    Message: version.number === service.currentVersion ? `Service is ${service.status}` : "",
    ServiceConfig: JSON.stringify(sortKeys(version.config)),
  };
}

function imageOf(config: JsonObject): string {
  const [first]: unknown[] = Array.isArray(config.containers) ? config.containers : [];
  const image = valueAt(first, "image");
  return typeof image === "string" ? image : "";
}

function isReadable(config: JsonObject): boolean {
  try {
    readServiceSpec(config);
    return true;
  } catch {
    return false;
  }
}

/**
 * Goes back: the old version's configuration becomes a new one. "Current" is read as the newest version, so that an update
 * that fails can be taken back to the version that still serves.
 */
export const updateServiceVersion: Handler = async (call) => {
  const service = serviceOf(call);
  const { cloud } = call;
  const { Version } = bodyObject(call.body);
  if (typeof Version !== "number" || !Number.isInteger(Version) || Version <= 0)
    throw invalidParameter("Version is required and must be an integer greater than 0.");
  refuseCommand(service, "roll back");
  if (Version >= service.latestVersion)
    throw invalidParameter(`Version [${Version}] must be less than the current version [${service.latestVersion}].`);
  const target = findVersion(service, Version);
  if (!target) throw invalidParameter(`Version [${Version}] of service [${service.name}] is not found.`);
  // The number of replicas makes no version, so going back does not change it.
  const instance = valueAt(service.config, "metadata.instance");
  const config = mergeJson(target.config, { metadata: { instance } });
  readServiceSpec(config);
  service.updatedAt = cloud.clock.now();
  addVersion(service, config, cloud.clock.now());
  if (service.status === "Stopped" || service.status === "Failed") cloud.lifeCycle.start(service);
  else cloud.lifeCycle.update(service);
  await cloud.services.flush();
  return { Message: `Service [${service.name}] in region [${cloud.region}] is starting` };
};
