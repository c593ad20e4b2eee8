import { and, eq, inArray, max, sql } from "drizzle-orm";
import type { Connection } from "@/lib/connection";
import type { EasClient } from "@/lib/eas/client";
import { readLogTail } from "@/lib/services/log-tail";
import { lineTime, workersOf } from "@/lib/services/observation";
import type { ServiceListItem } from "@/lib/services/view";
import type { Database } from "@/lib/store/database";
import { generations } from "@/lib/store/schema/generations";

/**
 * What tells that a service is used: pictures asked for from here; its log, since others' calls leave lines there; the
 * length of its queue; requests a second where an autoscaler measures them. EAS has no metrics for anything else.
 */
export interface LastUse {
  usedAt: number;
  isInUse: boolean;
  isUnknown: boolean;
}

export interface UseWorld {
  db: Database;
  eas: Pick<EasClient, "listServiceInstances" | "describeServiceLog" | "describeAutoscaler">;
  /** How much waits in the queue of an asynchronous service. */
  queueLength(service: string): Promise<number>;
}

const LOG_LINES = 5;

export async function readLastUse(
  world: UseWorld,
  { id }: Pick<Connection, "id">,
  service: ServiceListItem,
  recentFrom: number,
): Promise<LastUse> {
  const own = await readOwnUse(world.db, id, service.name);
  const use: LastUse = {
    usedAt: Math.max(own.at, Date.parse(service.updatedAt) || 0, Date.parse(service.createdAt) || 0),
    isInUse: own.open > 0,
    isUnknown: false,
  };
  // Used so lately by our own books that the cloud need not be asked.
  if (use.isInUse || use.usedAt >= recentFrom) return use;
  const signs = await Promise.allSettled([
    readLogUse(world.eas, service.name),
    service.isAsync ? world.queueLength(service.name) : 0,
    service.autoscaled ? readRate(world.eas, service.name) : 0,
  ]);
  const [log, waiting, rate] = signs;
  if (log.status === "fulfilled") use.usedAt = Math.max(use.usedAt, log.value);
  if (waiting.status === "fulfilled" && waiting.value > 0) use.isInUse = true;
  if (rate.status === "fulfilled" && rate.value > 0) use.isInUse = true;
  use.isUnknown = signs.some(({ status }) => status === "rejected");
  return use;
}

async function readOwnUse(db: Database, connectionId: string, service: string) {
  const [row] = await db
    .select({
      asked: max(generations.createdAt),
      settled: max(generations.settledAt),
      open: sql<number>`count(*) FILTER (WHERE ${inArray(generations.status, ["waiting", "queued", "running"])})::int`,
    })
    .from(generations)
    .where(and(eq(generations.connectionId, connectionId), eq(generations.service, service)));
  return { at: Math.max(row?.asked?.getTime() ?? 0, row?.settled?.getTime() ?? 0), open: row?.open ?? 0 };
}

/** When any of its instances wrote last. */
async function readLogUse(eas: UseWorld["eas"], name: string): Promise<number> {
  const { items } = await eas.listServiceInstances(name);
  let last = 0;
  for (const { name: instance } of workersOf(items)) {
    const lines = await readLogTail(eas, name, instance, false, LOG_LINES);
    const at = lines.map(lineTime).findLast((time) => time !== undefined);
    last = Math.max(last, at ? Date.parse(at) : 0);
  }
  return last;
}

async function readRate(eas: UseWorld["eas"], name: string): Promise<number> {
  const scaler = await eas.describeAutoscaler(name);
  return scaler?.currentMetrics.find(({ metric }) => metric.toLowerCase() === "qps")?.value ?? 0;
}
