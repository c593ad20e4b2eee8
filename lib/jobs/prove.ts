import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { readAccess } from "@/lib/auth/access";
import { roleIn } from "@/lib/auth/rights";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Context, toContext } from "@/lib/context.server";
import type { Generation } from "@/lib/generations/view";
import { toTaskId } from "@/lib/playground/task-id";
import {
  type FirstPicture,
  readFirstPicture,
  saveFirstPicture,
  type Version,
} from "@/lib/services/first-picture-store";
import type { FollowedStart } from "@/lib/services/followed-starts";
import type { Database } from "@/lib/store/database";
import { users } from "@/lib/store/schema/auth";

export interface ProofWorld {
  db: Database;
  clock: Clock;
  signal: AbortSignal;
  /** Waits out a service that is not callable yet; the same task again goes on with the same picture. */
  makePicture(ctx: Context, input: { service: string; taskId: string }): Promise<Generation>;
}

/** Each costs seconds of a GPU: a service that cannot make three will not make the fourth. */
const ATTEMPTS = 3;
const PAUSE_MS = 5_000;
/** The mount writes behind: a picture that is answered may need a moment to be found. */
const LOOKS = 5;
const LOOK_PAUSE_MS = 2_000;

/**
 * The first picture of a version: really made by the service, really found in OSS. Goes on after a restart where it was, and
 * ends after a bounded number of attempts, whatever comes.
 */
export async function prove(
  world: ProofWorld,
  connection: Connection,
  start: FollowedStart,
  version: Version,
): Promise<FirstPicture | undefined> {
  const { db, clock, signal } = world;
  const read = () => readFirstPicture(db, version.connectionId, version.serviceId, version.version);
  const save = (change: Parameters<typeof saveFirstPicture>[2]) =>
    saveFirstPicture(db, version, change, new Date(clock.now()));
  const known = await read();
  const isAskedAnew =
    ["prove", "restart"].includes(start.purpose) && known && Date.parse(known.updatedAt) < start.startedAt.getTime();
  if (known && !isAskedAnew && (known.state === "made" || known.state === "failed")) return known;
  const ctx = await contextOf(world, connection, start);
  if (!ctx) return known;

  let taskId = isAskedAnew ? undefined : known?.taskId;
  let attempts = isAskedAnew ? 0 : (known?.attempts ?? 0);
  if (!known || isAskedAnew)
    await save({ state: "waiting", attempts: 0, startedAt: new Date(clock.now()), error: null, taskId: null });
  for (;;) {
    // An attempt that was cut short by a restart is taken up again, not counted again.
    if (taskId === undefined) {
      taskId = toTaskId(randomBytes(10));
      attempts += 1;
      await save({ state: "making", attempts, taskId });
    }
    const made = await world.makePicture(ctx, { service: version.service, taskId });
    signal.throwIfAborted();
    const problem = await problemOf(ctx, made, clock, signal);
    if (!problem) {
      const [picture] = made.pictures;
      await save({ state: "made", bucket: picture?.bucket, key: picture?.key, elapsedMs: made.elapsedMs, error: null });
      return read();
    }
    if (!problem.retryable || attempts >= ATTEMPTS) {
      await save({ state: "failed", error: { code: problem.code, message: problem.message } });
      return read();
    }
    taskId = undefined;
    await clock.sleep(PAUSE_MS, signal);
  }
}

interface Problem {
  code: string;
  message: string;
  retryable: boolean;
}

async function problemOf(
  ctx: Context,
  { serviceError, error, pictures }: Generation,
  clock: Clock,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  if (serviceError) {
    const { kind, code, message } = serviceError;
    return { code: `${code}`, message, retryable: kind === "gateway" && code >= 500 };
  }
  if (error) return { code: error.code, message: error.vendor?.message ?? error.code, retryable: error.retryable };
  const [picture] = pictures;
  if (!picture) return { code: "no_picture", message: "", retryable: false };
  for (let looks = 1; ; looks++) {
    if (await ctx.oss.headObject(picture.bucket, picture.key)) return undefined;
    if (looks >= LOOKS)
      return { code: "picture_missing", message: `oss://${picture.bucket}/${picture.key}`, retryable: false };
    await clock.sleep(LOOK_PAUSE_MS, signal);
  }
}

/** In the name of whoever started it; nobody's picture is made for somebody who is no longer there, or for whom the connection is not. */
export async function contextOf(
  { db, clock, signal }: ProofWorld,
  connection: Connection,
  { userId }: FollowedStart,
): Promise<Context | undefined> {
  if (!userId) return undefined;
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  if (!user || user.disabledAt) return undefined;
  const { id, name } = user;
  const role = roleIn(await readAccess(db, user), connection.id);
  return role && toContext({ connection, db, clock, signal, user: { id, name, role } });
}
