import { and, eq, ne, or, type SQL } from "drizzle-orm";
import type { QueueItem } from "@/lib/eas/queue/types";
import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { placesOf } from "@/lib/generations/pictures";
import { isOpen } from "@/lib/generations/states";
import { parseAnswer } from "@/lib/playground/answer";
import { generations, queueSettings, unclaimedAnswers } from "@/lib/store/schema/generations";
import { dropDoubles } from "./doubles";
import { OWNER_TAG, ownerTag, queuesOf, TASK_TAG } from "./enqueue";
import { awaitPictures } from "./find-again";
import { type Outcome, settle } from "./settle";
import type { Lane, Row } from "./world";

/** Answers out of the queue: read without taking them, stored, and only then taken out. */

/** The queue holds the request until an answer comes, or so long. */
const WAIT_MS = 5_000;
/** What has gathered meanwhile is read together. */
const BATCH = 16;

export async function collectAll(lane: Lane, signal: AbortSignal): Promise<void> {
  const nap = lane.napper();
  const owner = await ownerTag(lane);
  const memory = { lastAt: 0 };
  while (!signal.aborted) {
    try {
      const keep = await keepsUnclaimed(lane);
      if (!keep && !(await expectsAnswers(lane))) {
        await nap(WAIT_MS, signal);
        continue;
      }
      const target = await lane.target();
      const { sink } = queuesOf(lane, target);
      // With our tag the queue hands out our own answers only: those of others are not even read.
      const tags: Record<string, string> = keep ? {} : { [OWNER_TAG]: owner };
      const [first] = await sink.get({ tags, waitMs: WAIT_MS, signal });
      if (!first) continue;
      const items = await sink.get({ tags, length: BATCH, waitMs: 0, signal });
      let left = 0;
      for (const item of items.length > 0 ? items : [first]) {
        const isKept = await keepAnswer(lane, item, target, { owner, keep, memory }, signal);
        if (isKept) await sink.delete([item.index]);
        else left++;
      }
      // What is left is given out again at once.
      if (left > 0) await lane.world.clock.sleep(lane.patience.pauseMs, signal).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AppError)) throw error;
      // The service may be stopped or restarting: its answers wait for it, and for us.
      lane.forgetTarget();
      await lane.world.clock.sleep(lane.patience.pauseMs, signal).catch(() => undefined);
    }
  }
}

interface Collector {
  /** What our own requests are marked with. */
  owner: string;
  keep: boolean;
  memory: { lastAt: number };
}

/** Whether it is in the store now, and may leave the queue. */
async function keepAnswer(
  lane: Lane,
  item: QueueItem,
  target: CallTarget,
  { owner, keep, memory }: Collector,
  signal: AbortSignal,
): Promise<boolean> {
  const row = await requestFor(lane, item);
  if (!row) {
    if (!keep && item.tags[OWNER_TAG] !== owner) return false;
    // Another connection to the same service takes it itself, or has just done so.
    const [other] = await requestsOf(lane, item, ne(generations.connectionId, lane.connectionId));
    if (other && isOpen(other.status)) return false;
    if (other?.status === "succeeded") return true;
    await keepUnclaimed(lane, item, target);
    return true;
  }
  // Delivered again, or drawn twice.
  if (row.status === "succeeded") {
    await dropDoubles(lane, row);
    return true;
  }
  const outcome = await outcomeOf(lane, item, row, target, signal);
  if (!outcome) return false;
  const now = lane.world.clock.now();
  // One after the other: its own time began when the one before was done.
  const elapsedMs = now - Math.max(row.sentAt?.getTime() ?? now, memory.lastAt);
  memory.lastAt = now;
  await settle(lane, row, outcome, target, elapsedMs);
  return true;
}

/** By the queue's request id first: errors met while a request is parsed carry no task id (diffusers-service.md §9). */
async function requestFor(lane: Lane, item: QueueItem): Promise<Row | undefined> {
  const rows = await requestsOf(lane, item, eq(generations.connectionId, lane.connectionId));
  return rows.find(({ requestId }) => requestId === item.tags.requestId) ?? rows[0];
}

async function requestsOf({ world, service }: Lane, { tags }: QueueItem, where: SQL): Promise<Row[]> {
  const byRequest = tags.requestId ? eq(generations.requestId, tags.requestId) : undefined;
  const byTask = tags[TASK_TAG] ? eq(generations.taskId, tags[TASK_TAG]) : undefined;
  if (!byRequest && !byTask) return [];
  return world.db
    .select()
    .from(generations)
    .where(and(eq(generations.service, service), where, or(byRequest, byTask)));
}

/** Undefined when the process ends before it is known. */
async function outcomeOf(
  lane: Lane,
  { tags, data }: QueueItem,
  row: Row,
  target: CallTarget,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const status = /^\d{3}$/.test(tags.lastCode ?? "") ? Number(tags.lastCode) : 200;
  const parsed = parseAnswer(status, storable(data));
  if (parsed.ok) return { kind: "answer", answer: parsed.answer };
  if (parsed.error.kind === "unreadable" || parsed.error.kind === "gateway") {
    const until = lane.world.clock.now() + lane.patience.searchShortMs;
    const keys = await awaitPictures(lane, target, row, until, signal);
    if (signal.aborted) return undefined;
    if (keys.length > 0) return { kind: "found", keys };
  }
  return { kind: "serviceError", error: parsed.error };
}

/** PostgreSQL's texts hold every character but one. */
function storable(data: Uint8Array): string {
  return Buffer.from(data).toString("utf8").replaceAll("\0", "").replaceAll("\\u0000", "");
}

async function keepUnclaimed(lane: Lane, { tags, data, index }: QueueItem, { result }: CallTarget): Promise<void> {
  const body = storable(data);
  const parsed = parseAnswer(200, body);
  const places = parsed.ok && result ? placesOf(parsed.answer.ossUrls, result) : [];
  await lane.world.db
    .insert(unclaimedAnswers)
    .values({
      connectionId: lane.connectionId,
      service: lane.service,
      requestId: tags.requestId ?? `index ${index}`,
      tags: Object.fromEntries(Object.entries(tags).map((pair) => pair.map((text) => text.replaceAll("\0", "")))),
      body,
      prompt: parsed.ok ? parsed.answer.prompt : undefined,
      bucket: places[0]?.bucket,
      keys: places.map(({ key }) => key),
      receivedAt: new Date(lane.world.clock.now()),
    })
    .onConflictDoNothing();
}

export async function keepsUnclaimed({ world, connectionId, service }: Lane): Promise<boolean> {
  const [row] = await world.db
    .select()
    .from(queueSettings)
    .where(and(eq(queueSettings.connectionId, connectionId), eq(queueSettings.service, service)));
  return row?.keepUnclaimed ?? false;
}

async function expectsAnswers({ world, connectionId, service }: Lane): Promise<boolean> {
  const rows = await world.db
    .select({ id: generations.id })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        eq(generations.status, "queued"),
      ),
    )
    .limit(1);
  return rows.length > 0;
}
