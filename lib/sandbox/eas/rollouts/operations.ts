import { type Handler, serviceOf } from "@/lib/sandbox/eas/cloud";
import { ApiFault, invalidParameter } from "@/lib/sandbox/eas/fault";
import { refuseCommand } from "@/lib/sandbox/eas/guard/refusals";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { bodyObject, toBlankTimestamp } from "@/lib/sandbox/eas/query";
import type { RolloutRecord, ServiceRecord } from "@/lib/sandbox/eas/records";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";
import { parseDuration } from "./duration";
import { rolloutPhase, updatedReplicas } from "./state";

/* Updates in batches, or of a part of the replicas (reference: eas-openapi.md §7.1). Counts and intervals are texts. */

type Strategy = RolloutRecord["strategy"];

export const createServiceRollout: Handler = async (call) => {
  const service = serviceOf(call);
  const given = bodyObject(call.body);
  const strategy = readStrategy(given);
  if (!strategy) throw invalidParameter("Batch or Partition is required.");
  const paused = readPaused(given) ?? false;
  refuseCommand(service, "roll out");
  if (activeRollout(service)) throw invalidParameter(`Rollout of service [${service.name}] already exists.`);
  service.rollout = { strategy, paused, began: service.status === "Updating", batches: 1 };
  call.cloud.lifeCycle.changed(service);
  await call.cloud.services.flush();
  return { Message: `Rollout of service [${service.name}] was created successfully` };
};

export const updateServiceRollout: Handler = async (call) => {
  const service = serviceOf(call);
  const given = bodyObject(call.body);
  const strategy = readStrategy(given);
  const paused = readPaused(given);
  if (!strategy && paused === undefined) throw invalidParameter("Batch, Partition or Paused is required.");
  refuseCommand(service, "roll out");
  const rollout = rolloutOf(service);
  // Another strategy starts counting at what is updated already.
  const restarted = strategy && { strategy, batches: batchesDone(strategy, service) + 1, nextBatchAt: undefined };
  service.rollout = { ...rollout, ...restarted, paused: paused ?? rollout.paused };
  call.cloud.lifeCycle.changed(service);
  await call.cloud.services.flush();
  return { Message: `Rollout of service [${service.name}] was updated successfully` };
};

/** Stops at once: the replicas stay as mixed as they are. */
export const deleteServiceRollout: Handler = async (call) => {
  const service = serviceOf(call);
  refuseCommand(service, "roll out");
  const rollout = rolloutOf(service);
  service.rollout = { ...rollout, nextBatchAt: undefined, frozenAt: updatedReplicas(service).length };
  call.cloud.lifeCycle.changed(service);
  await call.cloud.services.flush();
  return { Message: `Rollout of service [${service.name}] was deleted successfully` };
};

export const describeServiceRollout: Handler = (call) => {
  const service = serviceOf(call);
  const rollout = rolloutOf(service);
  const wanted = readServiceSpec(service.config).instances;
  const { strategy, nextBatchAt } = rollout;
  return {
    Rollout: {
      Status: {
        Phase: rolloutPhase(service, rollout, wanted),
        TotalReplicas: wanted,
        UpdatedReplicas: rollout.began ? updatedReplicas(service).filter(({ ready }) => ready).length : 0,
        CurrentRevision: `${service.name}-v${service.currentVersion}`,
        UpdateRevision: `${service.name}-v${service.latestVersion}`,
        // Slashes, as in the vendor's example.
        NextBatchStartTime: nextBatchAt === undefined ? "" : toBlankTimestamp(nextBatchAt).replaceAll("-", "/"),
      },
      Strategy:
        "batch" in strategy
          ? { Batch: { BatchSize: strategy.batch.batchSize, Interval: strategy.batch.interval } }
          : { Partition: { Partition: strategy.partition } },
    },
  };
};

function activeRollout({ rollout }: ServiceRecord): RolloutRecord | undefined {
  return rollout?.frozenAt === undefined ? rollout : undefined;
}

function rolloutOf(service: ServiceRecord): RolloutRecord {
  const rollout = activeRollout(service);
  if (!rollout)
    throw new ApiFault(404, "InvalidRollout.NotFound", `Rollout of service [${service.name}] is not found.`);
  return rollout;
}

function batchesDone(strategy: Strategy, service: ServiceRecord): number {
  if (!("batch" in strategy)) return 0;
  const size = Number.parseInt(strategy.batch.batchSize, 10);
  return strategy.batch.batchSize.endsWith("%") ? 0 : Math.floor(updatedReplicas(service).length / Math.max(1, size));
}

function readStrategy({ Batch, Partition }: JsonObject): Strategy | undefined {
  if (Batch !== undefined && Partition !== undefined)
    throw invalidParameter("Batch and Partition are mutually exclusive.");
  if (Batch !== undefined) {
    if (!isJsonObject(Batch)) throw invalidParameter("Batch must be an object.");
    const batchSize = readCount("Batch.BatchSize", Batch.BatchSize, 1);
    const interval = Batch.Interval ?? "0s";
    if (typeof interval !== "string" || parseDuration(interval) === undefined)
      throw invalidParameter(`Batch.Interval [${String(interval)}] must be a duration like 5m.`);
    return { batch: { batchSize, interval } };
  }
  if (Partition === undefined) return undefined;
  if (!isJsonObject(Partition)) throw invalidParameter("Partition must be an object.");
  return { partition: readCount("Partition.Partition", Partition.Partition, 0) };
}

/** A number of replicas or a share of them; the vendor's models have it as text. */
function readCount(name: string, value: unknown, least: number): string {
  const text = typeof value === "number" ? String(value) : value;
  const match = typeof text === "string" ? /^(\d{1,6})(%?)$/.exec(text) : null;
  const count = Number(match?.[1]);
  if (typeof text !== "string" || !match || count < least || (match[2] === "%" && count > 100))
    throw invalidParameter(
      `${name} [${String(value)}] must be a number of replicas, at least ${least}, or a percentage.`,
    );
  return text;
}

function readPaused({ Paused }: JsonObject): boolean | undefined {
  if (Paused === undefined || Paused === null) return undefined;
  if (typeof Paused !== "boolean") throw invalidParameter("Paused must be a boolean.");
  return Paused;
}
