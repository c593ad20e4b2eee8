import { z } from "zod";
import type { Service } from "@/lib/eas/types";
import { ERROR_CODES } from "@/lib/errors";
import { redactText } from "@/lib/redact";
import { readConfig, redactConfig } from "@/lib/service-config/config-facts";

/** What the browser gets to see of services, as schemas: the routes answer it, and programs read of it in the API's description. */

export const ServiceSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  reason: z.string(),
  message: z.string(),
  region: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  instances: z.object({ total: z.number(), running: z.number(), pending: z.number() }),
  version: z.object({ current: z.number(), latest: z.number() }),
  resources: z.object({ cpu: z.number().optional(), memoryMb: z.number().optional(), gpu: z.number().optional() }),
  image: z.string().optional(),
  workspaceId: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  serviceType: z.string().optional(),
  role: z.string().optional(),
  callerUid: z.string().optional(),
  safetyLock: z.string().optional(),
  group: z.string().optional(),
  trafficState: z.string().optional(),
  weight: z.number().optional(),
  autoscaled: z.boolean(),
  cronScaled: z.boolean(),
  gateway: z.string().optional(),
  /** From the configuration, where the reply carries it. */
  instanceType: z.string().optional(),
  /** The instances that the configuration asks for. */
  wantedInstances: z.number().optional(),
  isAsync: z.boolean(),
  /** Which functions it does, where it runs the diffusers program. */
  func: z.enum(["base", "controlnet"]).optional(),
  /** On a resource group or quota: machines that are paid for apart. */
  ownResources: z.boolean(),
});
export type ServiceSummary = z.infer<typeof ServiceSummarySchema>;

const ServiceListItemSchema = ServiceSummarySchema.extend({
  /** The person who made it with this console. */
  createdBy: z.string().optional(),
  /** When it was last asked for a picture from here. */
  lastUsedAt: z.string().optional(),
  /** As far as it was seen and priced. */
  spentToday: z.object({ currency: z.string(), amount: z.number(), isPartial: z.boolean() }).optional(),
});
export type ServiceListItem = z.infer<typeof ServiceListItemSchema>;

export const ServiceListSchema = z.object({
  /** Of one process's memory: a revision means nothing to another. */
  epoch: z.string(),
  revision: z.number(),
  /** The revision that the reader has: only what changed since is told. Absent: this is all. */
  since: z.number().optional(),
  items: z.array(ServiceListItemSchema),
  /** Gone since. */
  removed: z.array(z.string()),
  totalCount: z.number(),
  /** Set where the cloud does not answer and this is what it said last. */
  stale: z.object({ code: z.enum(ERROR_CODES), at: z.string() }).optional(),
});
export type ServiceList = z.infer<typeof ServiceListSchema>;

const CommandFlagsSchema = z.object({
  func: z.enum(["base", "controlnet"]),
  ossSaveDir: z.string().optional(),
  region: z.string().optional(),
  blade: z.boolean(),
  translate: z.boolean(),
  closeSafety: z.boolean(),
  notUseDefaultBlade: z.boolean(),
  removeOpt: z.boolean(),
});

export const ServiceDetailSchema = ServiceSummarySchema.extend({
  command: z.string().optional(),
  /** Of the diffusers program; absent when the service runs another one. */
  flags: CommandFlagsSchema.optional(),
  mounts: z.array(z.object({ mountPath: z.string(), path: z.string() })),
  keepaliveMs: z.number().optional(),
  extraDisk: z.string().optional(),
  /** JSON with its secrets hidden. */
  config: z.string().optional(),
});
export type ServiceDetail = z.infer<typeof ServiceDetailSchema>;

export function toServiceSummary(service: Service): ServiceSummary {
  const facts = readConfig(service.config);
  return {
    id: service.id,
    name: service.name,
    status: service.status,
    reason: service.reason,
    message: service.message,
    region: service.region,
    createdAt: service.createdAt,
    updatedAt: service.updatedAt,
    instances: service.instances,
    version: service.version,
    resources: service.resources,
    image: service.image ?? facts.image,
    workspaceId: service.workspaceId ?? facts.workspaceId,
    labels: service.labels,
    serviceType: service.serviceType,
    role: service.role,
    callerUid: service.callerUid,
    safetyLock: service.safetyLock,
    group: service.group,
    trafficState: service.trafficState,
    weight: service.weight,
    autoscaled: service.autoscaled,
    cronScaled: service.cronScaled,
    gateway: service.gateway,
    instanceType: facts.instanceType,
    wantedInstances: facts.instances,
    isAsync: service.serviceType === "Async" || facts.isAsync,
    func: facts.isDiffusers ? facts.parsed?.flags.func : undefined,
    ownResources: Boolean(service.resourceGroup || service.quotaId),
  };
}

export function toServiceDetail(service: Service): ServiceDetail {
  const facts = readConfig(service.config);
  return {
    ...toServiceSummary(service),
    command: facts.command && redactText(facts.command),
    flags: facts.isDiffusers ? facts.parsed?.flags : undefined,
    mounts: facts.mounts,
    keepaliveMs: facts.keepaliveMs,
    extraDisk: facts.extraDisk,
    config: redactConfig(service.config),
  };
}
