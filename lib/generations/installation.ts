import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/store/database";
import { settings } from "@/lib/store/schema/settings";

const KEY = "installation";

/** A name that no other installation has, made at first use; all processes on one database have the same. */
export async function installationId(db: Database): Promise<string> {
  await db.insert(settings).values({ key: KEY, value: randomUUID() }).onConflictDoNothing();
  const [row] = await db.select().from(settings).where(eq(settings.key, KEY));
  return z.string().parse(row?.value);
}
