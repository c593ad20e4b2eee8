import { type Call, type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { bodyObject, toTimestamp } from "@/lib/sandbox/eas/query";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { isReplicaCount, MAX_REPLICAS } from "@/lib/sandbox/eas/spec/values";
import { DEFAULT_TIME_ZONE, isTimeZone, scheduleProblem } from "./cron";
import type { CronJobRecord, CronscalerRecord } from "./records";

/* CreateServiceCronScaler and its kin (reference: eas-openapi.md §7.4). */

export const createServiceCronScaler: Handler = async (call) => {
  const service = serviceOf(call);
  if (service.cronscaler) throw invalidParameter(`Cronscaler for service [${service.name}] already exists.`);
  await set(call, service, readCronscaler(bodyObject(call.body), call.cloud.clock.now()));
  return { Message: `Create cron scaler for service [${service.name}] successfully` };
};

/** The jobs that are given take the place of all; one that stays the same keeps its past. */
export const updateServiceCronScaler: Handler = async (call) => {
  const { service, cronscaler } = existing(call);
  const next = readCronscaler(bodyObject(call.body), call.cloud.clock.now());
  const jobs = next.jobs.map((job) => cronscaler.jobs.find((old) => sameJob(old, job)) ?? job);
  await set(call, service, { ...next, jobs });
  return { Message: `Update cron scaler for service [${service.name}] successfully` };
};

export const deleteServiceCronScaler: Handler = async (call) => {
  const { service } = existing(call);
  await set(call, service, undefined);
  return { Message: `Cronscaler for service [${service.name}] deleted successfully` };
};

export const describeServiceCronScaler: Handler = (call) => {
  const { service, cronscaler } = existing(call);
  return {
    ServiceName: service.name,
    ScaleJobs: cronscaler.jobs.map((job) => ({
      Name: job.name,
      Schedule: job.schedule,
      TargetSize: job.targetSize,
      TimeZone: job.timeZone,
      CreateTime: toTimestamp(job.createdAt),
      LastProbeTime: job.lastProbeAt === undefined ? "" : toTimestamp(job.lastProbeAt),
      State: job.state,
      Message: job.message,
    })),
    ExcludeDates: cronscaler.excludeDates,
  };
};

function sameJob(a: CronJobRecord, b: CronJobRecord): boolean {
  return a.name === b.name && a.schedule === b.schedule && a.targetSize === b.targetSize && a.timeZone === b.timeZone;
}

export function readCronscaler(body: JsonObject, now: number): CronscalerRecord {
  const list = body.ScaleJobs;
  if (!Array.isArray(list) || list.length === 0) throw invalidParameter("ScaleJobs is required and must not be empty.");
  const jobs = list.map((entry, index) => readJob(entry, index, now));
  const twice = jobs.find(({ name }, index) => jobs.findIndex((other) => other.name === name) !== index);
  if (twice) throw invalidParameter(`ScaleJobs: the name [${twice.name}] is given twice.`);
  const excludeDates: unknown[] = readList(body.ExcludeDates);
  return { jobs, excludeDates: excludeDates.map((text, index) => readSchedule(text, `ExcludeDates[${index}]`)) };
}

function readList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidParameter("ExcludeDates must be an array of strings.");
  return value;
}

function readJob(entry: unknown, index: number, now: number): CronJobRecord {
  const at = `ScaleJobs[${index}]`;
  if (!isJsonObject(entry)) throw invalidParameter(`${at} must be an object.`);
  const { Name: name = `scale-job-${index + 1}`, TargetSize: size, TimeZone: zone = DEFAULT_TIME_ZONE } = entry;
  if (typeof name !== "string" || name === "") throw invalidParameter(`${at}.Name must be a string.`);
  const schedule = readSchedule(entry.Schedule, `${at}.Schedule`);
  if (!isReplicaCount(size))
    throw invalidParameter(`${at}.TargetSize is required and must be an integer from 0 to ${MAX_REPLICAS}.`);
  if (typeof zone !== "string" || !isTimeZone(zone))
    throw invalidParameter(`${at}.TimeZone [${String(zone)}] is not a time zone.`);
  return { name, schedule, targetSize: size, timeZone: zone, createdAt: now, state: "Submitted", message: "" };
}

function readSchedule(text: unknown, at: string): string {
  if (typeof text !== "string") throw invalidParameter(`${at} is required.`);
  const problem = scheduleProblem(text);
  if (problem) throw invalidParameter(`${at} [${text}] is not a cron expression: ${problem}.`);
  return text;
}

/** The `cronscaler` of a configuration: the API's body, its keys in either case (their names are confirmed nowhere). */
export function readCronscalerBlock(block: unknown, now: number): CronscalerRecord | undefined {
  if (!isJsonObject(block)) return undefined;
  const body = capitalised(block);
  if (!Array.isArray(body.ScaleJobs)) return undefined;
  const ScaleJobs = body.ScaleJobs.map((job: unknown) => (isJsonObject(job) ? capitalised(job) : job));
  return readCronscaler({ ...body, ScaleJobs }, now);
}

function capitalised(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}

function existing(call: Call): { service: ServiceRecord; cronscaler: CronscalerRecord } {
  const service = serviceOf(call);
  const { cronscaler } = service;
  if (!cronscaler)
    throw new ApiFault(404, "InvalidCronScaler.NotFound", `Cronscaler for service [${service.name}] is not found.`);
  return { service, cronscaler };
}

async function set({ cloud }: Call, service: ServiceRecord, cronscaler: CronscalerRecord | undefined): Promise<void> {
  refuseCommand(service, "change autoscaling of");
  service.cronscaler = cronscaler;
  cloud.services.save(service);
  cloud.scaling.arm(service);
  await cloud.services.flush();
}
