import { eq, inArray } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { checkBudget } from "@/lib/costs/budget";
import { type MeterEas, takeReading } from "@/lib/costs/take-reading";
import { AppError } from "@/lib/errors";
import { type GuardWorld, guardServices } from "@/lib/guard/guard";
import type { Database } from "@/lib/store/database";
import { meterStates } from "@/lib/store/schema/costs";

/**
 * Once a minute somebody looks at what runs in each connection, whether or not a browser is open: running times are written
 * down, idle services are warned of and stopped, budgets are watched. Of all processes on one database one does it, under the connection's lock.
 */

export interface RoundsWorld {
  db: Database;
  clock: Clock;
  listConnectionIds(): Promise<string[]>;
  findConnection(id: string): Promise<Connection | undefined>;
  openMeter(connection: Connection): MeterEas;
  openGuard(connection: Connection): Omit<GuardWorld, "db" | "clock">;
}

const EVERY_MS = 60_000;

/** Connections that nobody has looked at for a minute. */
export async function dueRounds({
  db,
  clock,
  listConnectionIds,
}: Pick<RoundsWorld, "db" | "clock" | "listConnectionIds">): Promise<string[]> {
  const ids = await listConnectionIds();
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: meterStates.connectionId, at: meterStates.attemptedAt })
    .from(meterStates)
    .where(inArray(meterStates.connectionId, ids));
  const attempts = new Map(rows.map(({ id, at }) => [id, at.getTime()]));
  return ids.filter((id) => clock.now() - (attempts.get(id) ?? Number.NEGATIVE_INFINITY) >= EVERY_MS);
}

export async function goRound(world: RoundsWorld, id: string): Promise<void> {
  const { db, clock, findConnection, openMeter, openGuard } = world;
  // Another process may have been here since it was found due.
  if (!(await dueRounds({ ...world, listConnectionIds: async () => [id] })).length) return;
  try {
    const connection = await findConnection(id);
    if (!connection) return;
    await noteAttempt(db, connection, new Date(clock.now()));
    const services = await takeReading({ db, clock, eas: openMeter(connection) }, connection);
    await checkBudget(db, clock, connection);
    await guardServices({ ...openGuard(connection), db, clock }, connection, services);
  } catch (error) {
    // A cloud that does not answer is a gap in the books, not a fault of ours.
    if (!(error instanceof AppError)) throw error;
    await db
      .update(meterStates)
      .set({ error: error.code, attemptedAt: new Date(clock.now()) })
      .where(eq(meterStates.connectionId, id));
  }
}

async function noteAttempt(db: Database, { id, region }: Connection, attemptedAt: Date): Promise<void> {
  await db
    .insert(meterStates)
    .values({ connectionId: id, region, attemptedAt })
    .onConflictDoUpdate({ target: meterStates.connectionId, set: { attemptedAt } });
}
