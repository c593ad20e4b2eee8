import { and, eq, exists, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "@/lib/store/database";
import { pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { UNKNOWN } from "./filters";
import type { Filters } from "./filters-schema";

/** The filters as a condition on rows of `generations`. */
export function whereOf(db: Database, connectionId: string, filters: Filters): SQL | undefined {
  const { q, service, by, func, model, tag, from, to, starred, failed } = filters;
  const taskId = generations.taskId;
  return and(
    eq(generations.connectionId, connectionId),
    failed
      ? eq(generations.status, "failed")
      : sql`${generations.status} = 'succeeded' and ${generations.keys} <> '[]'`,
    ...wordsOf(q).map((word) => sql`${generations.search} like ${word}`),
    service ? eq(generations.service, service === UNKNOWN ? "" : service) : undefined,
    by ? eq(generations.userName, by) : undefined,
    func ? (func === UNKNOWN ? isNull(generations.func) : eq(generations.func, func)) : undefined,
    model ? eq(generations.model, model) : undefined,
    from ? gte(generations.createdAt, new Date(from)) : undefined,
    to ? lt(generations.createdAt, new Date(to)) : undefined,
    starred ? exists(db.select().from(pictureStars).where(eq(pictureStars.taskId, taskId))) : undefined,
    tag
      ? exists(
          db
            .select()
            .from(pictureTags)
            .where(and(eq(pictureTags.taskId, taskId), eq(pictureTags.tag, tag))),
        )
      : undefined,
  );
}

/** Each word must occur, wherever: Chinese has no words to index, and tens of thousands of rows are read in milliseconds. */
function wordsOf(text = ""): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.slice(0, 10).map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}
