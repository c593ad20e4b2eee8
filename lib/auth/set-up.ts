import type { Database } from "@/lib/store/database";
import { users } from "@/lib/store/schema/auth";

/** Whether an owner exists. */
export async function isSetUp(db: Database): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}
