import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { tell } from "@/lib/notifications/tell";
import { changeStart, type FollowedStart, readStart } from "@/lib/services/followed-starts";
import type { Snapshot } from "@/lib/services/snapshot";
import type { WatcherHub } from "@/lib/services/watch";
import type { Database } from "@/lib/store/database";
import { type ProofWorld, prove } from "./prove";
import { verdictOf } from "./verdict";

export interface FollowWorld extends Omit<ProofWorld, "signal"> {
  db: Database;
  clock: Clock;
  hub: WatcherHub;
  findConnection(id: string): Promise<Connection | undefined>;
}

/** EAS goes on trying by itself; somebody should look when that has not helped for so long. */
const STUCK_MS = 60_000;

/** Follows one start to its end: tells when it is ready, has failed or hangs, and has the first picture made. */
export async function followOne(world: FollowWorld, id: string, signal: AbortSignal): Promise<void> {
  const start = await readStart(world.db, id);
  if (!start || start.state === "over") return;
  const connection = await world.findConnection(start.connectionId);
  const ready = connection && (await untilReady(world, connection, start, signal));
  if (signal.aborted) return;
  if (connection && ready?.service) {
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
    world.hub.poke(connection, start.service);
    const details: Record<string, string> = picture?.error
      ? { reason: "first_image", message: picture.error.message }
      : {};
    await tellOnce(world, start, picture?.state === "failed" ? "failed" : "ready", details);
  }
  await changeStart(world.db, id, { state: "over" }, new Date(world.clock.now()));
}

/** The look at which the service answers; undefined when it will not come to that. */
async function untilReady(
  world: FollowWorld,
  connection: Connection,
  start: FollowedStart,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const looks = world.hub.watch(connection, start.service, signal);
  let heldUpSince: number | undefined;
  let latest: Snapshot | undefined;
  let next = looks.next();
  try {
    for (;;) {
      const look = await Promise.race([next, patience(world.clock, heldUpSince, signal)]);
      if (look?.done) return undefined;
      if (look) {
        latest = look.value.snapshot;
        next = looks.next();
      }
      const verdict = latest ? verdictOf(latest) : "under_way";
      if (verdict === "ready") return latest;
      if (verdict === "over") return undefined;
      if (verdict === "failed") {
        await tellOnce(world, start, "failed", reasonOf(latest));
        return undefined;
      }
      heldUpSince = verdict === "held_up" ? (heldUpSince ?? world.clock.now()) : undefined;
      const isLong = heldUpSince !== undefined && world.clock.now() - heldUpSince >= STUCK_MS;
      if (verdict === "stuck" || isLong) await tellOnce(world, start, "stuck", reasonOf(latest));
    }
  } finally {
    void looks.return();
  }
}

/** Resolves when what holds a start up has lasted long enough to be told; else only the next look decides. */
async function patience(clock: Clock, since: number | undefined, signal: AbortSignal): Promise<undefined> {
  if (since === undefined) return new Promise(() => undefined);
  const left = since + STUCK_MS - clock.now();
  if (left <= 0) return new Promise(() => undefined);
  await clock.sleep(left, signal).catch(() => undefined);
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
  await db.transaction(async (tx) => {
    await changeStart(tx, start.id, { told: kind }, now);
    await tell(tx, { connectionId: start.connectionId, service: start.service, kind, details, now });
  });
}
