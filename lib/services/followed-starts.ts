import { and, eq } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import type { Database } from "@/lib/store/database";
import { followedStarts } from "@/lib/store/schema/watches";

export type FollowedStart = typeof followedStarts.$inferSelect;

/** Has the server follow a start, whether or not anybody looks on; what was followed of that service before is over. */
export async function followStart(
  ctx: Pick<Context, "db" | "clock" | "connection" | "user">,
  service: string,
  { purpose, proof, version }: Pick<FollowedStart, "purpose" | "proof"> & { version?: number },
): Promise<void> {
  const now = new Date(ctx.clock.now());
  const connectionId = ctx.connection.id;
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(followedStarts)
      .set({ state: "over", updatedAt: now })
      .where(
        and(
          eq(followedStarts.connectionId, connectionId),
          eq(followedStarts.service, service),
          eq(followedStarts.state, "following"),
        ),
      );
    const row = { connectionId, service, userId: ctx.user.id, purpose, proof, version, state: "following" as const };
    await tx.insert(followedStarts).values({ ...row, startedAt: now, updatedAt: now });
  });
}

/** More would only be starts that nobody waits for any more. */
const AT_MOST = 200;

export async function dueStarts(db: Database): Promise<string[]> {
  const rows = await db
    .select({ id: followedStarts.id })
    .from(followedStarts)
    .where(eq(followedStarts.state, "following"))
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
