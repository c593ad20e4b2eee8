import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { tell } from "@/lib/generations/news";
import { pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { TaskIdSchema } from "./get-picture";

/** A page with more selected asks several times. */
export const MARKS_AT_ONCE = 1000;

const Selected = { taskIds: z.array(TaskIdSchema).min(1).max(MARKS_AT_ONCE) };
export const StarSchema = z.object({ ...Selected, starred: z.boolean() });

const TagSchema = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/^[^\p{Cc},]+$/u);
export const TagsSchema = z.object({
  ...Selected,
  add: z.array(TagSchema).max(20).default([]),
  remove: z.array(TagSchema).max(20).default([]),
});

export async function starPictures(ctx: Context, { taskIds, starred }: z.output<typeof StarSchema>): Promise<null> {
  const known = await knownOf(ctx, taskIds);
  if (known.length === 0) return null;
  if (starred) {
    const starredAt = new Date(ctx.clock.now());
    await ctx.db
      .insert(pictureStars)
      .values(known.map((taskId) => ({ taskId, starredAt })))
      .onConflictDoNothing();
  } else await ctx.db.delete(pictureStars).where(inArray(pictureStars.taskId, known));
  await tellGallery(ctx);
  return null;
}

export async function tagPictures(ctx: Context, { taskIds, add, remove }: z.output<typeof TagsSchema>): Promise<null> {
  const known = await knownOf(ctx, taskIds);
  if (known.length === 0) return null;
  const added = known.flatMap((taskId) => add.map((tag) => ({ taskId, tag })));
  if (added.length > 0) await ctx.db.insert(pictureTags).values(added).onConflictDoNothing();
  if (remove.length > 0)
    await ctx.db.delete(pictureTags).where(and(inArray(pictureTags.taskId, known), inArray(pictureTags.tag, remove)));
  await tellGallery(ctx);
  return null;
}

async function knownOf({ db, connection }: Context, taskIds: readonly string[]): Promise<string[]> {
  const rows = await db
    .select({ taskId: generations.taskId })
    .from(generations)
    .where(and(eq(generations.connectionId, connection.id), inArray(generations.taskId, [...taskIds])));
  return rows.map(({ taskId }) => taskId);
}

/** Says that something is different, in the words that all listen to; of no service, and so no lane's business. */
export function tellGallery({ db, connection }: Pick<Context, "db" | "connection">): Promise<void> {
  return tell(db, { connectionId: connection.id, service: "", id: "", kind: "changed" });
}
