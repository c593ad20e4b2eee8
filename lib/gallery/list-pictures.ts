import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { pictureStars } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { type Filters, FiltersSchema } from "./filters-schema";
import { TILE_COLUMNS, toTile } from "./to-tile";
import { CursorSchema, type Landmarks, type Opening, PAGE, SQUARE, type Tile } from "./view";
import { whereOf } from "./where";

type Ctx = Pick<Context, "db" | "oss" | "connection">;

export const TilesInputSchema = FiltersSchema.extend({
  /** The first of the page. */
  cursor: CursorSchema,
  count: z.coerce.number().int().min(1).max(PAGE),
});

const NEWEST_FIRST = [desc(generations.createdAt), desc(generations.id)];

/**
 * How many pictures there are, and of every page the cursor of its first and the shapes of all. One way through the rows: the
 * aggregates take them in the order in which the windows have left them.
 */
export async function listLandmarks({ db, connection }: Ctx, filters: Filters): Promise<Landmarks> {
  const fromOldest = sql`over (order by ${generations.createdAt}, ${generations.id})`;
  const all = db
    .select({
      createdAt: generations.createdAt,
      id: generations.id,
      shape: sql<number>`coalesce(${generations.aspect}, ${SQUARE})`.as("shape"),
      n: sql<number>`row_number() ${fromOldest}`.as("n"),
      isNewest: sql<boolean>`lead(true) ${fromOldest} is null`.as("is_newest"),
    })
    .from(generations)
    .where(whereOf(db, connection.id, filters))
    .as("numbered");
  const inOrder = sql`order by ${all.createdAt}, ${all.id}`;
  const cursor = sql`ceil(extract(epoch from ${all.createdAt}) * 1000)::bigint || '_' || ${all.id}`;
  const [row] = await db
    .select({
      shapes: sql<number[] | null>`array_agg(shape ${inOrder})`,
      cursors: sql<string[] | null>`array_agg(${cursor} ${inOrder}) filter (where n % ${PAGE} = 0 or is_newest)`,
    })
    .from(all);
  const shapes = (row?.shapes ?? []).reverse();
  let from = 0;
  const pages = (row?.cursors ?? []).reverse().map((first) => {
    // All but the newest are full.
    const count = from === 0 ? shapes.length % PAGE || PAGE : PAGE;
    const aspects = shapes.slice(from, from + count);
    from += count;
    return { from: first, count, aspects };
  });
  return { total: shapes.length, pages };
}

/** The landmarks and the pictures of the first page. */
export async function openGallery(ctx: Ctx, filters: Filters): Promise<Opening> {
  const landmarks = await listLandmarks(ctx, filters);
  const [page] = landmarks.pages;
  return {
    ...landmarks,
    first: page ? await listTiles(ctx, { ...filters, cursor: page.from, count: page.count }) : [],
  };
}

/** So many from a cursor on. */
export async function listTiles(
  ctx: Ctx,
  { cursor, count, ...filters }: z.output<typeof TilesInputSchema>,
): Promise<Tile[]> {
  const rows = await ctx.db
    .select(TILE_COLUMNS)
    .from(generations)
    .leftJoin(pictureStars, eq(pictureStars.taskId, generations.taskId))
    .where(and(whereOf(ctx.db, ctx.connection.id, filters), sql`${PLACE} <= ${placeOf(cursor)}`))
    .orderBy(...NEWEST_FIRST)
    .limit(count);
  return Promise.all(rows.map((row) => toTile(ctx, row)));
}

/** The task ids of all pictures that fit, the newest first: for acting on many without loading them. */
export async function listTaskIds({ db, connection }: Ctx, filters: Filters): Promise<string[]> {
  const rows = await db
    .select({ taskId: generations.taskId })
    .from(generations)
    .where(whereOf(db, connection.id, filters))
    .orderBy(...NEWEST_FIRST);
  return rows.map(({ taskId }) => taskId);
}

/** What comes directly before and after a picture in the list. */
export async function neighboursOf(
  { db, connection }: Ctx,
  filters: Filters,
  row: { id: string; createdAt: Date },
): Promise<{ newer?: string; older?: string }> {
  const here = placeOf(`${row.createdAt.getTime()}_${row.id}`);
  const next = async (beyond: SQL, order: typeof NEWEST_FIRST) => {
    const [found] = await db
      .select({ taskId: generations.taskId })
      .from(generations)
      .where(and(whereOf(db, connection.id, filters), beyond))
      .orderBy(...order)
      .limit(1);
    return found?.taskId;
  };
  const [newer, older] = await Promise.all([
    next(sql`${PLACE} > ${here}`, [asc(generations.createdAt), asc(generations.id)]),
    next(sql`${PLACE} < ${here}`, NEWEST_FIRST),
  ]);
  return { newer, older };
}

const PLACE = sql`(${generations.createdAt}, ${generations.id})`;

function placeOf(cursor: string): SQL {
  const [at = "0", id = ""] = cursor.split("_");
  return sql`(${new Date(Number(at)).toISOString()}::timestamptz, ${id}::uuid)`;
}
