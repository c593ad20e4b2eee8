import { and, eq, lt } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { meterStates } from "@/lib/store/schema/costs";

/** Whoever presses twice does not ask the cloud twice. */
const AT_MOST_EVERY_MS = 1_000;

/** Makes the connection's next reading due at once. */
export async function makeDue({ db, clock, connection }: Pick<Context, "db" | "clock" | "connection">): Promise<void> {
  await db
    .update(meterStates)
    .set({ attemptedAt: new Date(0) })
    .where(
      and(
        eq(meterStates.connectionId, connection.id),
        lt(meterStates.attemptedAt, new Date(clock.now() - AT_MOST_EVERY_MS)),
      ),
    );
}
