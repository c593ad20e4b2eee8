import { and, desc, eq, gt, lt, max } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { Database } from "@/lib/store/database";
import { timelineEntries } from "@/lib/store/schema/watches";
import { ServiceNameInputSchema } from "./names";
import type { TimelineDraft } from "./timeline";
import { type Timeline, type TimelineEntry, TimelineEntrySchema } from "./timeline-view";

export interface Place {
  connectionId: string;
  service: string;
}

/** What is written already stays as it is. */
export async function addEntries(db: Database, place: Place, drafts: readonly TimelineDraft[]): Promise<void> {
  const rows = drafts.map(({ at, params = {}, ...draft }) => ({ ...place, ...draft, params, at: new Date(at) }));
  if (rows.length > 0) await db.insert(timelineEntries).values(rows).onConflictDoNothing();
}

const of = ({ connectionId, service }: Place) =>
  and(eq(timelineEntries.connectionId, connectionId), eq(timelineEntries.service, service));

export async function newestEntryId(db: Database, place: Place): Promise<string | undefined> {
  const [row] = await db
    .select({ id: max(timelineEntries.id) })
    .from(timelineEntries)
    .where(of(place));
  return row?.id?.toString();
}

/** More than a page shows at once; who was away for longer asks again. */
const CATCH_UP = 500;

/** What came after, the oldest first. */
export async function entriesAfter(db: Database, place: Place, id: string): Promise<TimelineEntry[]> {
  const rows = await db
    .select()
    .from(timelineEntries)
    .where(and(of(place), gt(timelineEntries.id, BigInt(id))))
    .orderBy(timelineEntries.id)
    .limit(CATCH_UP);
  return rows.map(toEntry);
}

export const ListTimelineSchema = ServiceNameInputSchema.extend({
  /** Only what happened earlier. */
  before: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export async function listTimeline(
  ctx: Pick<Context, "db" | "connection">,
  { name, before, limit }: z.output<typeof ListTimelineSchema>,
): Promise<Timeline> {
  const rows = await ctx.db
    .select()
    .from(timelineEntries)
    .where(
      and(
        of({ connectionId: ctx.connection.id, service: name }),
        before ? lt(timelineEntries.at, new Date(before)) : undefined,
      ),
    )
    .orderBy(desc(timelineEntries.at), desc(timelineEntries.id))
    .limit(limit + 1);
  return { entries: rows.slice(0, limit).map(toEntry), hasOlder: rows.length > limit };
}

function toEntry({ id, at, kind, level, code, params, text }: typeof timelineEntries.$inferSelect): TimelineEntry {
  const shown = TimelineEntrySchema.shape.params.catch({}).parse(params);
  return { id: id.toString(), at: at.toISOString(), kind, level, code, params: shown, text };
}
