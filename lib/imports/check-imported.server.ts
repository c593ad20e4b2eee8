import "server-only";
import { eq } from "drizzle-orm";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { toContext } from "@/lib/context.server";
import { database } from "@/lib/database.server";
import { checkAndRemember } from "@/lib/library/check-root";
import { users } from "@/lib/store/schema/auth";
import type { ImportRow } from "./store";

const TIME_MS = 120_000;

/** What came in is looked at like every other model root, so that the library knows it. */
export async function checkImported({ connectionId, userId, bucket, prefix }: ImportRow): Promise<void> {
  const db = database();
  const connection = await findConnection(connectionId);
  const [user] = await db
    .select({ id: users.id, name: users.name, role: users.role })
    .from(users)
    .where(eq(users.id, userId));
  if (!connection || !user) return;
  const ctx = toContext({ connection, db, clock: systemClock, signal: AbortSignal.timeout(TIME_MS), user });
  await checkAndRemember(ctx, { bucket, prefix });
}
