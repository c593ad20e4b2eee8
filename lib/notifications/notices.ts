import { and, desc, eq, gt, max } from "drizzle-orm";
import { z } from "zod";
import type { Connection } from "@/lib/connection";
import type { Database } from "@/lib/store/database";
import { notices } from "@/lib/store/schema/notifications";
import { NoticeSchema, type Notices } from "./schemas";

export const NoticesQuerySchema = z.object({
  after: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});

/** More than these at once would only bury the screen. */
const AT_MOST = 20;

/** What happened in this connection since; without `after` only where the story stands now, so that nobody is told old news. */
export async function listNotices(
  { db, connection }: { db: Database; connection: Pick<Connection, "id"> },
  { after }: z.output<typeof NoticesQuerySchema>,
): Promise<Notices> {
  const here = eq(notices.connectionId, connection.id);
  if (after === undefined) {
    const [row] = await db
      .select({ id: max(notices.id) })
      .from(notices)
      .where(here);
    return { newest: `${row?.id ?? 0}`, notices: [] };
  }
  const rows = await db
    .select()
    .from(notices)
    .where(and(here, gt(notices.id, BigInt(after))))
    .orderBy(desc(notices.id))
    .limit(AT_MOST);
  const shown = rows.flatMap(({ id, at, ...row }) => {
    const parsed = NoticeSchema.safeParse({ ...row, id: `${id}`, at: at.toISOString() });
    return parsed.success ? [parsed.data] : [];
  });
  return { newest: `${rows[0]?.id ?? after}`, notices: shown.reverse() };
}
