import { and, eq, lt, ne, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Clock } from "@/lib/clock";
import type { Database } from "@/lib/store/database";
import { instanceRuns, readingGaps } from "@/lib/store/schema/costs";
import { budgetAlarms } from "@/lib/store/schema/guard";
import { notices, webhookDeliveries } from "@/lib/store/schema/notifications";
import { settings } from "@/lib/store/schema/settings";
import { followedStarts, stageDurations, timelineEntries, watchStates } from "@/lib/store/schema/watches";

/* What is written down for people to look back on does not grow for ever: each kind has an age and, where one thing alone could fill the store, a number. */

const DAY_MS = 24 * 3_600_000;

export const KEPT = {
  /** EAS forgets its events after seven days: what is thrown away here does not come back with the next look. */
  timelineMs: 180 * DAY_MS,
  timelineOfService: 5_000,
  deliveriesMs: 30 * DAY_MS,
  deliveriesOfWebhook: 200,
  noticesMs: 30 * DAY_MS,
  notices: 2_000,
  followedMs: 30 * DAY_MS,
  /** A year tells what is usual, also for what is seldom started. */
  durationsMs: 365 * DAY_MS,
  watchStatesMs: 30 * DAY_MS,
  /** Reports go back to the beginning of the month before; a year more is for whoever reads the store itself. */
  runsMs: 400 * DAY_MS,
} as const;

/** One job for all processes on one database. */
const JOB = "store";
const EVERY_MS = 6 * 3_600_000;
const KEY = "pruned";

export async function duePruning(db: Database, clock: Clock): Promise<string[]> {
  const [row] = await db.select({ at: settings.updatedAt }).from(settings).where(eq(settings.key, KEY));
  return row && clock.now() - row.at.getTime() < EVERY_MS ? [] : [JOB];
}

/** Under the job's lock; another process may have done it since this one asked. */
export async function prune(db: Database, clock: Clock, kept: Record<keyof typeof KEPT, number> = KEPT): Promise<void> {
  if ((await duePruning(db, clock)).length === 0) return;
  const now = clock.now();
  const ago = (ms: number) => new Date(now - ms);
  const isOver = ne(webhookDeliveries.state, "waiting");
  await db.delete(timelineEntries).where(lt(timelineEntries.at, ago(kept.timelineMs)));
  await keepNewest(db, timelineEntries, sql`connection_id, service`, sql`id desc`, kept.timelineOfService);
  await db.delete(webhookDeliveries).where(and(isOver, lt(webhookDeliveries.createdAt, ago(kept.deliveriesMs))));
  const { deliveriesOfWebhook } = kept;
  await keepNewest(db, webhookDeliveries, sql`webhook_id`, sql`created_at desc`, deliveriesOfWebhook, isOver);
  await db.delete(notices).where(lt(notices.at, ago(kept.noticesMs)));
  await keepNewest(db, notices, undefined, sql`id desc`, kept.notices);
  const isEnded = and(eq(followedStarts.state, "over"), lt(followedStarts.updatedAt, ago(kept.followedMs)));
  await db.delete(followedStarts).where(isEnded);
  await db.delete(stageDurations).where(lt(stageDurations.startedAt, ago(kept.durationsMs)));
  await db.delete(watchStates).where(lt(watchStates.updatedAt, ago(kept.watchStatesMs)));
  // What still runs has no end yet, however long ago it began.
  await db.delete(instanceRuns).where(lt(instanceRuns.goneAt, ago(kept.runsMs)));
  await db.delete(readingGaps).where(lt(readingGaps.untilAt, ago(kept.runsMs)));
  await db.delete(budgetAlarms).where(lt(budgetAlarms.at, ago(kept.runsMs)));
  const done = { value: true, updatedAt: new Date(now) };
  await db
    .insert(settings)
    .values({ key: KEY, ...done })
    .onConflictDoUpdate({ target: settings.key, set: done });
}

/** The newest so many of each group; what `where` does not hold for is neither counted nor deleted. */
async function keepNewest(
  db: Database,
  table: PgTable,
  group: SQL | undefined,
  order: SQL,
  count: number,
  where: SQL = sql`true`,
): Promise<void> {
  const partition = group ? sql`partition by ${group}` : sql``;
  const ranked = sql`select id, row_number() over (${partition} order by ${order}) as rank from ${table} where ${where}`;
  await db.delete(table).where(sql`id in (select id from (${ranked}) as ranked where rank > ${count})`);
}
