import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { bodyObject } from "@/lib/sandbox/eas/query";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";
import { readAutoscalerBody } from "./autoscaler-body";
import { servingOf } from "./metrics";
import type { AutoscalerRecord } from "./records";

/* CreateServiceAutoScaler and its kin (reference: eas-openapi.md §7.4). */

export const createServiceAutoScaler: Handler = async (call) => {
  const service = serviceOf(call);
  if (service.autoscaler) throw invalidParameter(`Autoscaler for service [${service.name}] already exists.`);
  await set(call, service, readBody(call, service, 0));
  return { Message: `Succeed to auto scale service [${service.name}]` };
};

export const updateServiceAutoScaler: Handler = async (call) => {
  const { service } = existing(call);
  await set(call, service, readBody(call, service, 1));
  return { Message: `Update auto scale for service [${service.name}] successfully` };
};

export const deleteServiceAutoScaler: Handler = async (call) => {
  const { service } = existing(call);
  await set(call, service, undefined);
  return { Message: `Autoscaler for service [${service.name}] deleted successfully` };
};

/** The keys of the items are lower camel, all others are not; the behaviour is nested once more. */
export const describeServiceAutoScaler: Handler = (call) => {
  const { service, autoscaler } = existing(call);
  const replicas = Math.max(1, servingOf(service).length);
  const readings = call.cloud.scaling.readings(service, autoscaler);
  return {
    ServiceName: service.name,
    MinReplica: autoscaler.min,
    MaxReplica: autoscaler.max,
    ScaleStrategies: autoscaler.strategies.map(({ metricName, threshold, service: source }) => ({
      metricName: shownName(metricName),
      threshold,
      service: source ?? service.name,
    })),
    CurrentMetrics: autoscaler.strategies.map(({ metricName, service: source }, index) => {
      const reading = readings[index];
      const value = reading?.kind === "total" ? reading.value / replicas : (reading?.value ?? 0);
      return { metricName: shownName(metricName), value: rounded(value), service: source ?? service.name };
    }),
    Behavior: { behavior: autoscaler.behavior },
  };
};

/** Plain names are documented in capitals, those with brackets as they are written. */
function shownName(name: string): string {
  return name.includes("[") ? name : name.toUpperCase();
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function readBody({ cloud, body }: Call, service: ServiceRecord, leastMin: 0 | 1): AutoscalerRecord {
  return readAutoscalerBody(bodyObject(body), {
    leastMin,
    isAsync: readServiceSpec(service.config).isAsync,
    serviceExists: (name) => cloud.services.get(name) !== undefined,
  });
}

function existing(call: Call): { service: ServiceRecord; autoscaler: AutoscalerRecord } {
  const service = serviceOf(call);
  const { autoscaler } = service;
  if (!autoscaler)
    throw new ApiFault(404, "InvalidAutoScaler.NotFound", `Autoscaler for service [${service.name}] is not found.`);
  return { service, autoscaler };
}

async function set({ cloud }: Call, service: ServiceRecord, autoscaler: AutoscalerRecord | undefined): Promise<void> {
  refuseCommand(service, "change autoscaling of");
  service.autoscaler = autoscaler;
  cloud.services.save(service);
  cloud.scaling.arm(service);
  await cloud.services.flush();
}
