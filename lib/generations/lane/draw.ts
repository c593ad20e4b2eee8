import { and, asc, eq } from "drizzle-orm";
import { callService } from "@/lib/eas/gateway";
import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { OPEN_STATES, type WaitReason } from "@/lib/generations/states";
import { PROCESS_ENDS } from "@/lib/jobs/runner";
import { generations } from "@/lib/store/schema/generations";
import { awaitPictures } from "./find-again";
import { asFailure, type BuiltRequest, buildRequest, servedBy } from "./served";
import { type Outcome, settle } from "./settle";
import { mayHaveArrived, verdictOf } from "./verdict";
import { patienceFor } from "./wait";
import type { Lane, Row } from "./world";

/** Requests to a service that answers each call itself. */

/** The service's own limit is the keepalive; this is how long we wait when it has none that we know. */
const FALLBACK_TIMEOUT_MS = 600_000;
/** The gateway's 408 must reach us before we give up ourselves. */
const TIMEOUT_MARGIN_MS = 5_000;
/** An instance works on one request at a time; more than this many at once no service has needed yet. */
const MAX_AT_ONCE = 8;
const IDLE_MS = 5_000;
/** Rows that are read together. */
export const AT_ONCE = 100;

/**
 * As many calls at a time as there are instances: what waits at the gateway would use up its time limit there. What an earlier
 * process was calling when it ended is looked for in the bucket.
 */
export async function drawAll(lane: Lane, signal: AbortSignal): Promise<void> {
  const nap = lane.napper();
  const working = new Map<string, Promise<void>>();
  const begin = (row: Row, work: Promise<void>) => {
    const ended = work.finally(() => {
      working.delete(row.id);
      lane.wake();
    });
    working.set(row.id, ended);
  };
  try {
    // Queued ones too: the service has been deployed anew without a queue.
    for (const row of [...(await inState(lane, "running")), ...(await inState(lane, "queued"))])
      begin(row, findOrphan(lane, row, signal));
    let drawing = 0;
    while (!signal.aborted) {
      const { running } = await lane.target();
      const atOnce = Math.max(1, Math.min(MAX_AT_ONCE, running));
      for (const row of await inState(lane, "waiting")) {
        if (drawing >= atOnce) break;
        if (working.has(row.id)) continue;
        drawing++;
        begin(
          row,
          drawOne(lane, row, signal).finally(() => {
            drawing--;
          }),
        );
      }
      // A failure of ours ends the lane; the runner begins it again.
      await Promise.race([nap(IDLE_MS, signal), ...working.values()]);
    }
  } finally {
    await Promise.allSettled(working.values());
  }
}

export function inState(
  { world, connectionId, service }: Lane,
  status: "waiting" | "running" | "queued",
): Promise<Row[]> {
  return world.db
    .select()
    .from(generations)
    .where(
      and(eq(generations.connectionId, connectionId), eq(generations.service, service), eq(generations.status, status)),
    )
    .orderBy(asc(generations.createdAt))
    .limit(AT_ONCE);
}

async function drawOne(lane: Lane, waiting: Row, signal: AbortSignal): Promise<void> {
  let hasNewToken = false;
  for (;;) {
    const target = await lane.target();
    const request = await buildRequest(lane, waiting, target).catch(asFailure);
    if (request instanceof AppError) {
      await settle(lane, waiting, { kind: "error", error: request }, target);
      return;
    }
    if (signal.aborted) return;
    const row = await claim(lane, waiting, hasNewToken ? "running" : "waiting", request.shown, target);
    const attempted = row && (await attempt(lane, row, request.json, target, signal));
    if (!attempted) return;
    const { end, elapsedMs } = attempted;
    if (end.kind === "done") return void (await settle(lane, row, end.outcome, target, elapsedMs));
    if (end.kind === "search") {
      await search(lane, row, target, end, signal);
      return;
    }
    lane.forgetTarget();
    if (end.reason === "token") {
      // A second refusal, with the token that holds now, is an answer.
      if (hasNewToken) return void (await settle(lane, row, end.outcome, target));
      hasNewToken = true;
    } else if (!(await waitFor(lane, row, end.reason, signal))) {
      if (!signal.aborted) await settle(lane, row, end.outcome, target);
      return;
    }
  }
}

/** Undefined when it was withdrawn meanwhile. */
function claim(
  lane: Lane,
  { id }: Row,
  from: "waiting" | "running",
  shown: BuiltRequest["shown"],
  target: CallTarget,
): Promise<Row | undefined> {
  return lane.change(id, [from], {
    status: "running",
    waitReason: null,
    request: shown,
    served: servedBy(target),
    sentAt: new Date(lane.world.clock.now()),
  });
}

/** Undefined when this process ends, and the row is another one's business: as one that waits, or whose picture is looked for. */
async function attempt(
  lane: Lane,
  row: Row,
  body: string,
  target: CallTarget,
  signal: AbortSignal,
): Promise<{ end: End; elapsedMs: number } | undefined> {
  if (signal.aborted) return void (await unclaim(lane, row, signal));
  const startedAt = lane.world.clock.now();
  const { end, isLate } = await callToTheEnd(lane, body, target, signal);
  if (isLate || (signal.aborted && end.kind === "search")) return undefined;
  if (signal.aborted && end.kind === "again") return void (await unclaim(lane, row, signal));
  return { end, elapsedMs: lane.world.clock.now() - startedAt };
}

/** The process ends and nothing is drawn: nobody has to look for a picture. Who lost the lock must not touch the row. */
async function unclaim(lane: Lane, { id }: Row, { reason }: AbortSignal): Promise<void> {
  if (reason === PROCESS_ENDS) await lane.change(id, ["running"], { status: "waiting", sentAt: null });
}

/** A process that is asked to end still hears the answer, when that comes soon. `isLate`: it was not waited for. */
async function callToTheEnd(
  lane: Lane,
  body: string,
  target: CallTarget,
  signal: AbortSignal,
): Promise<{ end: End; isLate: boolean }> {
  const late = new AbortController();
  let waiting: NodeJS.Timeout | undefined;
  const onEnd = () => {
    const patience = signal.reason === PROCESS_ENDS ? lane.patience.finishMs : 0;
    waiting = setTimeout(() => late.abort(signal.reason), patience);
  };
  signal.addEventListener("abort", onEnd, { once: true });
  try {
    const end = await call(lane, body, target, late.signal);
    return { end, isLate: late.signal.aborted };
  } finally {
    signal.removeEventListener("abort", onEnd);
    clearTimeout(waiting);
  }
}

type End =
  | { kind: "done"; outcome: Outcome }
  | { kind: "search"; patience: "long" | "short"; outcome: Outcome }
  | { kind: "again"; reason: WaitReason | "token"; outcome: Outcome };

async function call(lane: Lane, body: string, target: CallTarget, signal: AbortSignal): Promise<End> {
  try {
    const reply = await callService(lane.cloud.connection, {
      endpoint: target.endpoint,
      token: target.token,
      body,
      timeoutMs: (target.keepaliveMs ?? FALLBACK_TIMEOUT_MS) + TIMEOUT_MARGIN_MS,
      signal,
    });
    const verdict = verdictOf(reply.status, storable(reply.bodyText));
    if (verdict.kind === "answer") return { kind: "done", outcome: verdict };
    const outcome: Outcome = { kind: "serviceError", error: verdict.error };
    if (verdict.kind === "failed") return { kind: "done", outcome };
    return verdict.kind === "search" ? { ...verdict, outcome } : { kind: "again", reason: verdict.reason, outcome };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const outcome: Outcome = { kind: "error", error };
    if (mayHaveArrived(error))
      return { kind: "search", patience: error.code === "timeout" ? "long" : "short", outcome };
    return error.code === "network" ? { kind: "again", reason: "unreachable", outcome } : { kind: "done", outcome };
  }
}

/** PostgreSQL's texts hold every character but one. */
function storable(text: string): string {
  return text.replaceAll("\0", "").replaceAll("\\u0000", "");
}

/** Looks for the picture before the request is called failed. */
async function search(
  lane: Lane,
  row: Row,
  target: CallTarget,
  { patience, outcome }: Extract<End, { kind: "search" }>,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = lane.world;
  await lane.change(row.id, ["running"], { waitReason: "searching" });
  const window = patience === "long" ? lane.patience.searchLongMs : lane.patience.searchShortMs;
  const keys = await awaitPictures(lane, target, row, clock.now() + window, signal);
  if (signal.aborted) return;
  const elapsedMs = clock.now() - (row.sentAt?.getTime() ?? clock.now());
  if (keys.length > 0) await settle(lane, row, { kind: "found", keys }, target, elapsedMs);
  else await settle(lane, row, outcome, target);
}

/** Back into the line, and a pause; false when it has waited long enough or was withdrawn. */
async function waitFor(lane: Lane, row: Row, reason: WaitReason, signal: AbortSignal): Promise<boolean> {
  const { clock } = lane.world;
  const refusedAt = row.refusedAt ?? new Date(clock.now());
  const patience = await patienceFor(lane, { ...row, refusedAt }, reason);
  if (patience === "give_up") return false;
  const back = await lane.change(row.id, ["running"], { status: "waiting", waitReason: reason, refusedAt });
  if (!back) return false;
  row.refusedAt = refusedAt;
  await clock.sleep(lane.patience.pauseMs, signal).catch(() => undefined);
  return !signal.aborted;
}

/** Its caller is gone, and with it the answer; the service may still be drawing. */
export async function findOrphan(lane: Lane, row: Row, signal: AbortSignal): Promise<void> {
  const { clock } = lane.world;
  const target = await lane.target();
  await lane.change(row.id, OPEN_STATES, { waitReason: "searching" });
  const now = clock.now();
  const { orphanMs } = lane.patience;
  const limit = Math.min(target.keepaliveMs ?? orphanMs, orphanMs);
  const until = Math.max(now + lane.patience.searchShortMs, (row.sentAt?.getTime() ?? now) + limit);
  const keys = await awaitPictures(lane, target, row, until, signal);
  if (signal.aborted) return;
  if (keys.length > 0) await settle(lane, row, { kind: "found", keys }, target);
  else {
    const error = new AppError("upstream", { retryable: true, params: { rule: "playground.rules.lost" } });
    await settle(lane, row, { kind: "error", error }, target);
  }
}
