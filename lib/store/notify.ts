import { sql } from "drizzle-orm";
import type { Database } from "./database";
import { CHANNEL } from "./exchange";

/** Tells all processes, within a transaction only once it is certain. At most 8000 bytes: an id, and they read the row. */
export async function notify(db: Database, topic: string, text: string): Promise<void> {
  await db.execute(sql`SELECT pg_notify(${CHANNEL}, ${JSON.stringify([topic, text])})`);
}
