import { and, asc, eq, isNotNull } from "drizzle-orm";
import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { generations } from "@/lib/store/schema/generations";
import { type Queues, queuesOf, TASK_TAG } from "./enqueue";
import { findPictures } from "./find-again";
import { settle } from "./settle";
import type { Lane, Row } from "./world";

/** Where requests stand in the service's queue, and those that have got lost in it. */

const EVERY_MS = 2_000;
/** Whoever is further behind is told when the line has moved. */
const SHOWN = 20;

export async function followPlaces(lane: Lane, signal: AbortSignal): Promise<void> {
  /** Since when the queue no longer knows a request. */
  const missing = new Map<string, number>();
  while (!signal.aborted) {
    const rows = await inQueue(lane);
    if (rows.length > 0) {
      try {
        const target = await lane.target();
        const queues = queuesOf(lane, target);
        for (const row of rows) {
          if (signal.aborted) return;
          await followOne(lane, row, queues, target, missing);
        }
      } catch (error) {
        // The line stands where it stood.
        if (!(error instanceof AppError)) throw error;
      }
    }
    await lane.world.clock.sleep(Math.min(EVERY_MS, lane.patience.pauseMs), signal).catch(() => undefined);
  }
}

function inQueue({ world, connectionId, service }: Lane): Promise<Row[]> {
  return world.db
    .select()
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        eq(generations.status, "queued"),
        isNotNull(generations.queueIndex),
      ),
    )
    .orderBy(asc(generations.createdAt))
    .limit(SHOWN);
}

async function followOne(
  lane: Lane,
  row: Row,
  queues: Queues,
  target: CallTarget,
  missing: Map<string, number>,
): Promise<void> {
  const place = await queues.input.place(row.queueIndex ?? "0");
  if (place.state !== "gone") {
    missing.delete(row.id);
    const ahead = place.state === "waiting" ? place.ahead : null;
    const working = place.state === "working";
    if (ahead !== row.place || working !== row.working)
      await lane.change(row.id, ["queued"], { place: ahead, working });
    return;
  }
  const now = lane.world.clock.now();
  const since = missing.get(row.id) ?? now;
  missing.set(row.id, since);
  if (!row.working) await lane.change(row.id, ["queued"], { place: null, working: true });
  // Its answer may be on the way; and some services hide what they work on.
  if (now - since >= lane.patience.missingMs) await giveUpMissing(lane, row, queues, target);
}

/** Nobody has it any more: emptied by somebody, or given up by the queue after too many deliveries. */
async function giveUpMissing(lane: Lane, row: Row, { input, sink }: Queues, target: CallTarget): Promise<void> {
  const isThere = async (queue: Queues["input"]) => (await queue.get({ tags: { [TASK_TAG]: row.taskId } })).length > 0;
  if ((await isThere(input)) || (await isThere(sink))) return;
  const keys = await findPictures(lane, target, row);
  if (keys.length > 0) return void (await settle(lane, row, { kind: "found", keys }, target));
  const error = new AppError("upstream", { retryable: true, params: { rule: "playground.rules.lostInQueue" } });
  await settle(lane, row, { kind: "error", error }, target);
}
