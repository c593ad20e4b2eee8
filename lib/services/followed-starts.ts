import { and, eq, lt, or } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { followedStarts } from "@/lib/store/schema/watches";

export type FollowedStart = typeof followedStarts.$inferSelect;

type Ctx = Pick<Context, "db" | "clock" | "connection" | "user">;

/** Has the server follow a start, whether or not anybody looks on; what was followed of that service before is over. */
export async function followStart(
  ctx: Ctx,
  service: string,
  { purpose, proof, version }: Pick<FollowedStart, "purpose" | "proof"> & { version?: number },
): Promise<void> {
  const now = new Date(ctx.clock.now());
  const connectionId = ctx.connection.id;
  await ctx.db.transaction(async (tx) => {
    await endOthers(tx, { connectionId, service }, now);
    const row = { connectionId, service, userId: ctx.user.id, purpose, proof, version, state: "following" as const };
    await tx.insert(followedStarts).values({ ...row, startedAt: now, updatedAt: now });
  });
}

/** A restart in the midst of a deployment or an update changes nothing of what that was to bring: it is waited for as well. */
export async function followRestart(
  ctx: Ctx,
  service: string,
  { proof, replaced }: Pick<FollowedStart, "proof"> & { replaced: string[] },
): Promise<void> {
  const now = new Date(ctx.clock.now());
  const connectionId = ctx.connection.id;
  await ctx.db.transaction(async (tx) => {
    const [open] = await endOthers(tx, { connectionId, service }, now).returning();
    await tx.insert(followedStarts).values({
      connectionId,
      service,
      userId: ctx.user.id,
      purpose: "restart",
      version: open?.version,
      replaced,
      proof: open?.proof === "wanted" ? "wanted" : proof,
      state: "following",
      startedAt: now,
      updatedAt: now,
    });
  });
}

/** Marks of what a restart of that service is replacing now; undefined while there is none. */
export async function readReplaced(db: Database, connectionId: string, service: string): Promise<string[] | undefined> {
  const [row] = await db
    .select({ replaced: followedStarts.replaced })
    .from(followedStarts)
    .where(isFollowed({ connectionId, service }));
  return row?.replaced ?? undefined;
}

function endOthers(tx: Database, of: Pick<FollowedStart, "connectionId" | "service">, now: Date) {
  return tx.update(followedStarts).set({ state: "over", updatedAt: now }).where(isFollowed(of));
}

function isFollowed({ connectionId, service }: Pick<FollowedStart, "connectionId" | "service">) {
  return and(
    eq(followedStarts.connectionId, connectionId),
    eq(followedStarts.service, service),
    eq(followedStarts.state, "following"),
  );
}

/** Noted before a service is created: a process that dies in between leaves word of what it asked for, and for whom. */
export async function askStart(ctx: Ctx, service: string, proof: FollowedStart["proof"]): Promise<string> {
  const now = new Date(ctx.clock.now());
  const row = { connectionId: ctx.connection.id, service, userId: ctx.user.id, purpose: "deploy", proof } as const;
  const [made] = await ctx.db
    .insert(followedStarts)
    .values({ ...row, state: "asked", startedAt: now, updatedAt: now })
    .returning({ id: followedStarts.id });
  if (!made) throw new AppError("internal");
  return made.id;
}

/** The service is there. True for the one who says so first: several may find it out. */
export async function beginStart(tx: Database, id: string, now: Date): Promise<boolean> {
  const isAsked = and(eq(followedStarts.id, id), eq(followedStarts.state, "asked"));
  const [row] = await tx.select().from(followedStarts).where(isAsked).for("update");
  if (!row) return false;
  await endOthers(tx, row, now);
  await tx.update(followedStarts).set({ state: "following", updatedAt: now }).where(isAsked);
  return true;
}

/** Nothing came of it. */
export async function dropStart(db: Database, id: string): Promise<void> {
  await db.delete(followedStarts).where(and(eq(followedStarts.id, id), eq(followedStarts.state, "asked")));
}

/** Whoever asked is given this long to say what became of it. */
const ASKED_MS = 2 * 60_000;

/** More would only be starts that nobody waits for any more. */
const AT_MOST = 200;

export async function dueStarts(db: Database, now: Date): Promise<string[]> {
  const isLeft = and(
    eq(followedStarts.state, "asked"),
    lt(followedStarts.startedAt, new Date(now.getTime() - ASKED_MS)),
  );
  const rows = await db
    .select({ id: followedStarts.id })
    .from(followedStarts)
    .where(or(eq(followedStarts.state, "following"), isLeft))
    .orderBy(followedStarts.startedAt)
    .limit(AT_MOST);
  return rows.map(({ id }) => id);
}

export async function readStart(db: Database, id: string): Promise<FollowedStart | undefined> {
  const [row] = await db.select().from(followedStarts).where(eq(followedStarts.id, id));
  return row;
}

export async function changeStart(
  db: Database,
  id: string,
  change: Partial<Pick<FollowedStart, "state" | "told">>,
  now: Date,
): Promise<void> {
  await db
    .update(followedStarts)
    .set({ ...change, updatedAt: now })
    .where(eq(followedStarts.id, id));
}
