import { type Handler, serviceOf } from "./cloud";
import { invalidParameter } from "./fault";
import { refuseCommand } from "./guard/refusals";
import { isJsonObject } from "./json-path";
import { bodyObject, textParameter } from "./query";
import type { ServiceRecord } from "./records";
import { readLabels } from "./service-spec";
import { amendVersion } from "./versions/history";

/* Labels of a service: a map when written, an array of pairs when read (reference: eas-openapi.md §6.1, §7.1). */

export const updateServiceLabel: Handler = async (call) => {
  const service = serviceOf(call);
  const { Labels } = bodyObject(call.body);
  if (!isJsonObject(Labels) || Object.keys(Labels).length === 0)
    throw invalidParameter("Labels is required and must be a map that is not empty.");
  const labels = readLabels(Labels, "Labels");
  refuseCommand(service, "label");
  setLabels(service, { ...service.labels, ...labels });
  call.cloud.services.save(service);
  await call.cloud.services.flush();
  return { Message: `Succeed to update service [${service.name}] labels.` };
};

export const deleteServiceLabel: Handler = async (call) => {
  const service = serviceOf(call);
  const keys = readKeys(call.query);
  if (keys.length === 0) throw invalidParameter("LabelKeys is required.");
  refuseCommand(service, "label");
  setLabels(service, Object.fromEntries(Object.entries(service.labels).filter(([key]) => !keys.includes(key))));
  call.cloud.services.save(service);
  await call.cloud.services.flush();
  return { Message: `Succeed to delete service [${service.name}] labels.` };
};

/** Labels that came with the configuration change there too: an update of other things must not bring old ones back. */
function setLabels(service: ServiceRecord, labels: Record<string, string>): void {
  service.labels = labels;
  if (service.config.labels !== undefined) amendVersion(service, { ...service.config, labels });
}

/** `LabelKeys` is a JSON array; the older `Keys` a comma list, in which Terraform sends a JSON array too. */
function readKeys(query: URLSearchParams): string[] {
  const given = textParameter(query, "LabelKeys");
  const older = textParameter(query, "Keys");
  const fromJson = (name: string, text: string): string[] => {
    const value = tryJson(text);
    if (!Array.isArray(value) || !value.every((key) => typeof key === "string"))
      throw invalidParameter(`${name} must be a JSON array of strings.`);
    return value;
  };
  const keys = given === undefined ? [] : fromJson("LabelKeys", given);
  if (older === undefined) return keys;
  const olderKeys = older.trimStart().startsWith("[") ? fromJson("Keys", older) : older.split(",");
  return [...keys, ...olderKeys.map((key) => key.trim()).filter((key) => key !== "")];
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
