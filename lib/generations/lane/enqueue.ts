import { and, eq, isNull } from "drizzle-orm";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import type { Queue } from "@/lib/eas/queue/types";
import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import type { WaitReason } from "@/lib/generations/states";
import { generations } from "@/lib/store/schema/generations";
import { AT_ONCE, findOrphan, inState } from "./draw";
import { findPictures } from "./find-again";
import { asFailure, buildRequest, servedBy } from "./served";
import { settle } from "./settle";
import { patienceFor } from "./wait";
import type { Lane, Row } from "./world";

/** Requests to an asynchronous service: into its queue, each once. */

/** Copied to the answer by the queue: who asked, and for which request. */
export const OWNER_TAG = "easel";
export const TASK_TAG = "task";

/** Two connections of one installation may reach the same queue. */
export async function ownerTag({ world, connectionId }: Lane): Promise<string> {
  return `${await world.installation()}/${connectionId}`;
}

const IDLE_MS = 2_000;
const BATCH = 50;
const MAX_PAUSE_MS = 15_000;

export interface Queues {
  input: Queue;
  sink: Queue;
}

export function queuesOf(lane: Lane, { endpoint, token }: CallTarget): Queues {
  const { connection } = lane.cloud;
  const clock = lane.world.clock;
  return {
    // As one of the service's own consumers, who alone are told what is being worked on.
    input: createQueue(connection, { endpoint, token, group: lane.service, clock }),
    sink: createQueue(connection, { endpoint: sinkOf(endpoint), token, clock }),
  };
}

export async function enqueueAll(lane: Lane, signal: AbortSignal): Promise<void> {
  const nap = lane.napper();
  let pauseMs = lane.patience.pauseMs / 4;
  // The service has been deployed anew with a queue: what was being called then nobody will answer.
  const orphans = (await inState(lane, "running")).map((row) => findOrphan(lane, row, signal));
  while (!signal.aborted) {
    const unsure = await unsureOnes(lane);
    for (const row of unsure) await lookUp(lane, row);
    const refused = await enqueueWaiting(lane, signal);
    // Longer each time, so that a full queue is not kept busy with being asked.
    pauseMs = refused ? Math.min(pauseMs * 2, MAX_PAUSE_MS) : lane.patience.pauseMs / 4;
    if (refused) await lane.world.clock.sleep(pauseMs, signal).catch(() => undefined);
    else await nap(IDLE_MS, signal);
  }
  await Promise.all(orphans);
}

/** Whether the queue would not take one: those behind it need not try. */
async function enqueueWaiting(lane: Lane, signal: AbortSignal): Promise<boolean> {
  const waiting = await inState(lane, "waiting");
  for (const row of waiting) {
    if (signal.aborted) return false;
    if (!(await enqueueOne(lane, row))) return true;
  }
  return waiting.length === AT_ONCE && !signal.aborted ? enqueueWaiting(lane, signal) : false;
}

/** False when it has to wait. */
async function enqueueOne(lane: Lane, waiting: Row, hasNewToken = false): Promise<boolean> {
  const target = await lane.target();
  const request = await buildRequest(lane, waiting, target).catch(asFailure);
  if (request instanceof AppError) {
    await settle(lane, waiting, { kind: "error", error: request }, target);
    return true;
  }
  const sentAt = new Date(lane.world.clock.now());
  // Written down before it leaves: whoever comes after a crash knows that it may be in the queue.
  const row = await lane.change(waiting.id, ["waiting"], {
    status: "queued",
    request: request.shown,
    served: servedBy(target),
    sentAt,
  });
  if (!row) return true;
  try {
    const tags = { [OWNER_TAG]: await ownerTag(lane), [TASK_TAG]: row.taskId };
    const { index, requestId } = await queuesOf(lane, target).input.put(request.json, { tags });
    await lane.change(row.id, ["queued"], { queueIndex: index, requestId, waitReason: null });
    // Somebody waits for its answer from now on.
    lane.wake();
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refused(lane, row, target, error, hasNewToken);
  }
}

async function refused(
  lane: Lane,
  row: Row,
  target: CallTarget,
  error: AppError,
  hasNewToken: boolean,
): Promise<boolean> {
  if (error.code === "invalid_credentials" && !hasNewToken) {
    lane.forgetTarget();
    const back = await lane.change(row.id, ["queued"], { status: "waiting" });
    return back ? enqueueOne(lane, back, true) : true;
  }
  const reason = reasonOf(error);
  // Whether it arrived is looked up after a while.
  if (reason === "unsure") return true;
  const refusedAt = row.refusedAt ?? new Date(lane.world.clock.now());
  if (!reason || (await patienceFor(lane, { ...row, refusedAt }, reason)) === "give_up") {
    await settle(lane, row, { kind: "error", error }, target);
    return true;
  }
  lane.forgetTarget();
  await lane.change(row.id, ["queued"], { status: "waiting", waitReason: reason, refusedAt, sentAt: null });
  return false;
}

function reasonOf({ code, vendor }: AppError): WaitReason | "unsure" | undefined {
  if (code === "throttled") return "queue_full";
  if (code === "not_ready") return "not_ready";
  if (code === "network" && vendor?.code === "ECONNREFUSED") return "unreachable";
  return code === "network" || code === "timeout" || code === "upstream" ? "unsure" : undefined;
}

/** Handed over, as far as anyone knows, but the queue's receipt never came. */
function unsureOnes({ world, connectionId, service }: Lane): Promise<Row[]> {
  return world.db
    .select()
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        eq(generations.status, "queued"),
        isNull(generations.queueIndex),
      ),
    )
    .limit(BATCH);
}

/** Our tag finds it in either queue. Where it is in none, and no picture lies in the bucket, it is sent again. */
async function lookUp(lane: Lane, row: Row): Promise<void> {
  const { clock } = lane.world;
  const age = clock.now() - (row.sentAt?.getTime() ?? 0);
  if (age < lane.patience.unsureMs) return void (await clock.sleep(Math.min(lane.patience.unsureMs - age, 500)));
  const target = await lane.target();
  const { input, sink } = queuesOf(lane, target);
  try {
    // In this order: what leaves the input is in the output before.
    for (const queue of [input, sink]) {
      const [item] = await queue.get({ tags: { [TASK_TAG]: row.taskId } });
      if (!item) continue;
      const requestId = item.tags.requestId ?? "";
      const queueIndex = queue === input ? item.index : "0";
      await lane.change(row.id, ["queued"], { queueIndex, requestId });
      return;
    }
    const keys = await findPictures(lane, target, row);
    if (keys.length > 0) await settle(lane, row, { kind: "found", keys }, target);
    else await lane.change(row.id, ["queued"], { status: "waiting" });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    lane.forgetTarget();
    if ((await patienceFor(lane, { ...row, refusedAt: row.sentAt }, "not_ready")) === "give_up")
      await settle(lane, row, { kind: "error", error }, target);
    else await clock.sleep(lane.patience.pauseMs / 4);
  }
}
