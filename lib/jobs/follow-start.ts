import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { AppError } from "@/lib/errors";
import { tell } from "@/lib/notifications/tell";
import { noteCreated } from "@/lib/services/create-service";
import { changeStart, type FollowedStart, readStart } from "@/lib/services/followed-starts";
import { renewalOf } from "@/lib/services/renewal";
import type { Snapshot } from "@/lib/services/snapshot";
import type { WatcherHub } from "@/lib/services/watch";
import type { Database } from "@/lib/store/database";
import { contextOf, type ProofWorld, prove } from "./prove";
import { type Verdict, verdictOf } from "./verdict";

export interface FollowWorld extends Omit<ProofWorld, "signal"> {
  db: Database;
  clock: Clock;
  hub: WatcherHub;
  findConnection(id: string): Promise<Connection | undefined>;
}

/** EAS goes on trying by itself; somebody should look when that has not helped for so long. */
const STUCK_MS = 60_000;
/** A look that was taken before a start may still say what the start was to end. */
const OLD_LOOKS_MS = 10_000;
/** A version appears with the command, and instances begin to leave; what is changed in place may make neither happen. */
const NOTHING_COMES_MS = 5 * 60_000;

/** Follows one start to its end: tells when it is ready, has failed or hangs, and has the first picture made. */
export async function followOne(world: FollowWorld, id: string, signal: AbortSignal): Promise<void> {
  const start = await readStart(world.db, id);
  if (!start || start.state === "over") return;
  const connection = await world.findConnection(start.connectionId);
  if (start.state === "asked" && !(connection && (await cameThrough(world, connection, start, signal))))
    return changeStart(world.db, id, { state: "over" }, new Date(world.clock.now()));
  const ready = connection && (await untilReady(world, connection, start, signal));
  if (signal.aborted) return;
  // Another command may have taken its place meanwhile.
  const isOurs = (await readStart(world.db, id))?.state === "following";
  if (connection && ready?.service && isOurs) {
    const { service } = ready;
    const version = {
      connectionId: connection.id,
      service: service.name,
      serviceId: service.id,
      version: service.version.current,
    };
    const canProve = start.proof === "wanted" && service.instances.total > 0;
    const picture = canProve ? await prove({ ...world, signal }, connection, start, version) : undefined;
    if (signal.aborted) return;
    const details: Record<string, string> = picture?.error
      ? { reason: "first_image", message: picture.error.message }
      : {};
    await tellOnce(world, start, picture?.state === "failed" ? "failed" : "ready", details);
  }
  await changeStart(world.db, id, { state: "over" }, new Date(world.clock.now()));
  // So that whoever looks on sees the picture, and that it is over.
  if (connection && isOurs) world.hub.poke(connection, start.service);
}

/** Clocks differ. */
const SKEW_MS = 60_000;

/** Whoever asked for the service died before it could say whether it was created: the cloud knows. */
async function cameThrough(
  world: FollowWorld,
  connection: Connection,
  start: FollowedStart,
  signal: AbortSignal,
): Promise<boolean> {
  const ctx = await contextOf({ ...world, signal }, connection, start);
  const found = await ctx?.eas.describeService(start.service).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  });
  // An older one of that name is not what was asked for.
  const isOurs = found && Date.parse(found.createdAt) >= start.startedAt.getTime() - SKEW_MS;
  if (!ctx || !isOurs) return false;
  await noteCreated(ctx, start.id, start.service, start.startedAt);
  return true;
}

/** The look at which the service answers; undefined when it will not come to that. */
async function untilReady(
  world: FollowWorld,
  connection: Connection,
  start: FollowedStart,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const looks = world.hub.watch(connection, start.service, signal);
  const patience: Patience = {};
  let latest: Snapshot | undefined;
  let next = looks.next();
  try {
    for (;;) {
      const look = await Promise.race([next, until(world.clock, patience.againAt, signal)]);
      if (look?.done) return undefined;
      if (look) {
        latest = look.value.snapshot;
        next = looks.next();
      }
      const judged = judge(start, latest, patience, world.clock.now());
      if (judged === "failed" || judged === "stuck") await tellOnce(world, start, judged, reasonOf(latest));
      if (judged === "ready") return latest;
      if (judged === "failed" || judged === "over") return undefined;
    }
  } finally {
    void looks.return();
  }
}

interface Patience {
  heldUpSince?: number;
  /** When the same look is to be judged anew. */
  againAt?: number;
}

/** The verdict about a look, with the time that it has held for. */
function judge(start: FollowedStart, latest: Snapshot | undefined, patience: Patience, now: number): Verdict {
  const replaced = start.replaced ?? undefined;
  const verdict = latest ? verdictOf(latest, start.version ?? undefined, replaced) : "under_way";
  patience.againAt = undefined;
  const counts = ["start", "restart"].includes(start.purpose) ? start.startedAt.getTime() + OLD_LOOKS_MS : 0;
  if ((verdict === "over" || verdict === "failed") && now < counts && !latest?.isGone) {
    patience.againAt = counts;
    return "under_way";
  }
  // EAS made no version of the change, or let all instances be: nothing more will come of it.
  const nothingComes = start.startedAt.getTime() + NOTHING_COMES_MS;
  if (latest && isUntouched(latest, start)) {
    patience.againAt = nothingComes;
    return now < nothingComes ? "under_way" : "over";
  }
  patience.heldUpSince = verdict === "held_up" ? (patience.heldUpSince ?? now) : undefined;
  if (patience.heldUpSince === undefined) return verdict;
  if (now - patience.heldUpSince >= STUCK_MS) return "stuck";
  patience.againAt = patience.heldUpSince + STUCK_MS;
  return "held_up";
}

/** It runs as if nothing had been asked for. */
function isUntouched({ service, instances }: Snapshot, { version, replaced }: FollowedStart): boolean {
  if (service?.status !== "Running") return false;
  const lacksVersion = service.version.latest < (version ?? 0);
  return lacksVersion || (replaced !== null && !renewalOf(replaced, instances, service.instances).hasBegun);
}

/** Resolves at that moment, to judge the same look anew; without one only the next look decides. */
async function until(clock: Clock, moment: number | undefined, signal: AbortSignal): Promise<undefined> {
  if (moment === undefined) return new Promise(() => undefined);
  await clock.sleep(Math.max(0, moment - clock.now()), signal).catch(() => undefined);
}

/** What is told of an update names the version that it brings, what is told of a restart says that it was one. */
function about({ purpose, version }: FollowedStart): Record<string, string> {
  if (version !== null) return { purpose, version: `${version}` };
  return purpose === "restart" ? { purpose } : {};
}

function reasonOf(snapshot: Snapshot | undefined): Record<string, string> {
  const { failure, service } = snapshot ?? {};
  if (failure) return { reason: failure.code, message: failure.proof.text.slice(0, 500) };
  return service?.message ? { message: service.message.slice(0, 500) } : {};
}

async function tellOnce(
  { db, clock }: FollowWorld,
  start: FollowedStart,
  kind: "ready" | "failed" | "stuck",
  details: Record<string, string>,
): Promise<void> {
  const current = await readStart(db, start.id);
  if (!current || current.told === kind || current.state === "over") return;
  const now = new Date(clock.now());
  const told = { ...about(start), ...details };
  await db.transaction(async (tx) => {
    await changeStart(tx, start.id, { told: kind }, now);
    await tell(tx, { connectionId: start.connectionId, service: start.service, kind, details: told, now });
  });
}
