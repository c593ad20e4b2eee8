import { and, eq, inArray, or } from "drizzle-orm";
import { AppError } from "@/lib/errors";
import { OPEN_STATES } from "@/lib/generations/states";
import { generations, queueSettings } from "@/lib/store/schema/generations";
import { collectAll, keepsUnclaimed } from "./collect";
import { drawAll } from "./draw";
import { enqueueAll } from "./enqueue";
import { followPlaces } from "./places";
import { settle } from "./settle";
import { type GenerationWorld, type Lane, openLane } from "./world";
import { writeDue, writeSideCars } from "./write-side-cars";

/** All that has to be done for the pictures of one service, by the one process that holds its lock. */

const CHECK_MS = 2_000;

/** Services with something to do, as `connection⏎service`. */
export async function dueLanes({ db }: Pick<GenerationWorld, "db">): Promise<string[]> {
  const [open, keeping] = await Promise.all([
    db
      .selectDistinct({ connectionId: generations.connectionId, service: generations.service })
      .from(generations)
      .where(or(inArray(generations.status, [...OPEN_STATES]), eq(generations.sideCar, "due"))),
    db
      .select({ connectionId: queueSettings.connectionId, service: queueSettings.service })
      .from(queueSettings)
      .where(eq(queueSettings.keepUnclaimed, true)),
  ]);
  return [...new Set([...open, ...keeping].map(({ connectionId, service }) => `${connectionId}\n${service}`))];
}

/** Ends when nothing is left to do. */
export async function runLane(world: GenerationWorld, id: string, signal: AbortSignal): Promise<void> {
  const [connectionId = "", service = ""] = id.split("\n");
  const cloud = await world.openCloud(connectionId);
  if (!cloud) return giveUpAll(world, connectionId, service);
  const lane = openLane(world, cloud, connectionId, service);
  try {
    const target = await reach(lane, signal);
    if (!target) return;
    const parts = target.isAsync ? [enqueueAll, collectAll, followPlaces, writeSideCars] : [drawAll, writeSideCars];
    await together(lane, parts, signal);
  } finally {
    lane.close();
  }
}

/** Runs all parts until there is nothing to do; when one of them fails, all end. */
async function together(
  lane: Lane,
  parts: readonly ((lane: Lane, signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  const leaving = new AbortController();
  const inside = AbortSignal.any([signal, leaving.signal]);
  const working = parts.map((part) =>
    part(lane, inside).catch((error: unknown) => {
      leaving.abort(error);
      throw error;
    }),
  );
  const all = Promise.all(working);
  // Awaited below; until then it must not count as unhandled.
  all.catch(() => undefined);
  const nap = lane.napper();
  while (!inside.aborted && !(await isIdle(lane))) {
    // What cannot be had now is asked for again in a minute; those at hand still hold.
    await lane.renew().catch(lane.world.onError);
    await nap(CHECK_MS, inside);
  }
  leaving.abort(new Error("nothing is left to do"));
  const ends = await Promise.allSettled(working);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed && !signal.aborted) throw failed.reason;
}

async function isIdle(lane: Lane): Promise<boolean> {
  const { world, connectionId, service } = lane;
  const [row] = await world.db
    .select({ id: generations.id })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        or(inArray(generations.status, [...OPEN_STATES]), eq(generations.sideCar, "due")),
      ),
    )
    .limit(1);
  return row === undefined && !(await keepsUnclaimed(lane));
}

/** The service's address and token. One that is gone, or that our account may not see, ends what waits for it. */
async function reach(lane: Lane, signal: AbortSignal) {
  try {
    const target = await lane.target();
    await forgetSilence(lane);
    return target;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const rows = await openRows(lane.world, lane.connectionId, lane.service);
    const now = lane.world.clock.now();
    for (const row of rows) {
      // Counted from when nobody answered, not from the wish: in a long line it may be an hour old.
      const since = row.waitReason === "unreachable" ? (row.refusedAt?.getTime() ?? now) : now;
      if (!error.retryable || now - since >= lane.patience.coldStartMs)
        await settle(lane, row, { kind: "error", error }, {});
      else if (row.waitReason !== "unreachable")
        await lane.change(row.id, OPEN_STATES, { waitReason: "unreachable", refusedAt: new Date(now) });
    }
    // A service that is gone has no queue to look after; what it left in the bucket is written down all the same.
    if (error.code === "not_found") await forgetKeeping(lane);
    await writeDue(lane, signal);
    await lane.world.clock.sleep(lane.patience.pauseMs, signal).catch(() => undefined);
    return undefined;
  }
}

/** Somebody answers again: waiting for anything else begins anew. */
async function forgetSilence({ world, connectionId, service }: Lane): Promise<void> {
  await world.db
    .update(generations)
    .set({ waitReason: null, refusedAt: null })
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        eq(generations.waitReason, "unreachable"),
        inArray(generations.status, [...OPEN_STATES]),
      ),
    );
}

async function forgetKeeping({ world, connectionId, service }: Lane): Promise<void> {
  await world.db
    .delete(queueSettings)
    .where(and(eq(queueSettings.connectionId, connectionId), eq(queueSettings.service, service)));
}

function openRows({ db }: Pick<GenerationWorld, "db">, connectionId: string, service: string) {
  return db
    .select()
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.service, service),
        inArray(generations.status, [...OPEN_STATES]),
      ),
    );
}

/** The connection was removed: nobody can ask any more. */
async function giveUpAll(world: GenerationWorld, connectionId: string, service: string): Promise<void> {
  const error = { code: "not_found", params: { what: "connection" }, retryable: false };
  const here = and(eq(generations.connectionId, connectionId), eq(generations.service, service));
  await world.db
    .update(generations)
    .set({ status: "failed", error, waitReason: null, settledAt: new Date(world.clock.now()) })
    .where(and(here, inArray(generations.status, [...OPEN_STATES])));
  await world.db
    .update(generations)
    .set({ sideCar: "refused" })
    .where(and(here, eq(generations.sideCar, "due")));
  await world.db
    .delete(queueSettings)
    .where(and(eq(queueSettings.connectionId, connectionId), eq(queueSettings.service, service)));
}
