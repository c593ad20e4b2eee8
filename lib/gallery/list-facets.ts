import { and, asc, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Context } from "@/lib/context.server";
import { pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import type { Facets } from "./view";

/** Longer lists are no help to choose from. */
const MOST = 500;

/** Services, people, models and tags that pictures of this connection have. */
export async function listFacets({ db, connection }: Pick<Context, "db" | "connection">): Promise<Facets> {
  const here = eq(generations.connectionId, connection.id);
  const valuesOf = async (column: PgColumn) => {
    const value = sql<string>`${column}`;
    const rows = await db
      .selectDistinct({ value })
      .from(generations)
      .where(and(here, isNotNull(column), ne(column, "")))
      .orderBy(asc(value))
      .limit(MOST);
    return rows.map((row) => row.value);
  };
  const [services, people, models, tags] = await Promise.all([
    valuesOf(generations.service),
    valuesOf(generations.userName),
    valuesOf(generations.model),
    db
      .selectDistinct({ tag: pictureTags.tag })
      .from(pictureTags)
      .innerJoin(generations, and(here, eq(generations.taskId, pictureTags.taskId)))
      .orderBy(asc(pictureTags.tag))
      .limit(MOST),
  ]);
  return { services, people, models, tags: tags.map(({ tag }) => tag) };
}
