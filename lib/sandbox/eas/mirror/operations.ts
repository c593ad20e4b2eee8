import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { bodyObject } from "@/lib/sandbox/eas/query";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import type { MirrorRecord } from "@/lib/sandbox/eas/scaling/records";

/* CreateServiceMirror and its kin (reference: eas-openapi.md §7.5). */

export const createServiceMirror: Handler = async (call) => {
  const service = serviceOf(call);
  if (service.mirror) throw invalidParameter(`Traffic mirroring for service [${service.name}] already exists.`);
  return change(call, service, readMirror(call, service), "is ON");
};

export const updateServiceMirror: Handler = async (call) => {
  const { service } = existing(call);
  return change(call, service, readMirror(call, service), "is updating");
};

export const deleteServiceMirror: Handler = async (call) => {
  const { service, mirror } = existing(call);
  await change(call, service, undefined, "");
  return { Message: message(call, service, "is OFF", mirror) };
};

/** Both values come back as text. */
export const describeServiceMirror: Handler = (call) => {
  const { service, mirror } = existing(call);
  return { ServiceName: service.name, Ratio: String(mirror.ratio), Target: mirror.targets.join(",") };
};

function readMirror({ cloud, body }: Call, service: ServiceRecord): MirrorRecord {
  const { Ratio, Target } = bodyObject(body);
  if (typeof Ratio !== "number" || !Number.isInteger(Ratio) || Ratio < 0 || Ratio > 100)
    throw invalidParameter("Ratio is required and must be an integer from 0 to 100.");
  if (!Array.isArray(Target) || Target.length === 0)
    throw invalidParameter("Target is required and must be an array of service names.");
  const targets = Target.map((name: unknown) => {
    if (typeof name !== "string") throw invalidParameter("Target must be an array of service names.");
    if (name === service.name) throw invalidParameter(`Target [${name}] is the service itself.`);
    if (!cloud.services.get(name)) throw invalidParameter(`Target [${name}] is not found.`);
    return name;
  });
  return { ratio: Ratio, targets: [...new Set(targets)] };
}

function existing(call: Call): { service: ServiceRecord; mirror: MirrorRecord } {
  const service = serviceOf(call);
  const { mirror } = service;
  if (!mirror)
    throw new ApiFault(404, "InvalidMirror.NotFound", `Traffic mirroring for service [${service.name}] is not found.`);
  return { service, mirror };
}

async function change(call: Call, service: ServiceRecord, mirror: MirrorRecord | undefined, how: string) {
  refuseCommand(service, "mirror");
  service.mirror = mirror;
  call.cloud.services.save(service);
  await call.cloud.services.flush();
  return { Message: mirror ? message(call, service, how, mirror) : "" };
}

function message({ cloud }: Call, service: ServiceRecord, how: string, { ratio }: MirrorRecord): string {
  return `Traffic mirroring ${how} for service [${service.name}] in region [${cloud.region}], ratio [${ratio}%]`;
}
