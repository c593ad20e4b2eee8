import { and, eq, inArray, notInArray } from "drizzle-orm";
import { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { AppError, type ErrorCode } from "@/lib/errors";
import { isPictureKey, taskIdOf } from "@/lib/generations/picture-name";
import { sideCarKey } from "@/lib/generations/side-car";
import { OPEN_STATES } from "@/lib/generations/states";
import { taskObjects } from "@/lib/generations/task-pictures";
import { isCleanPath } from "@/lib/oss/names";
import { pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { TaskIdSchema } from "./get-picture";
import { tellGallery } from "./mark-pictures";

/** A page with more selected asks several times, and so knows how far it is. */
export const DELETED_AT_ONCE = 100;

/** Listings beside one another. */
const LISTED_AT_ONCE = 8;

export const DeletePicturesSchema = z.object({ taskIds: z.array(TaskIdSchema).min(1).max(DELETED_AT_ONCE) });

export interface DeletedPictures {
  deleted: number;
  failed: { taskId: string; name: string; code: ErrorCode; message?: string }[];
}

/**
 * Removes pictures with their side-cars, and what the store knows of them. Keys are those that the store has of a service's
 * result folder, never what a caller says. An object that is gone already is as good as deleted; one that stays keeps its row.
 */
export async function deletePictures(
  ctx: Context,
  { taskIds }: z.output<typeof DeletePicturesSchema>,
): Promise<DeletedPictures> {
  const { db, connection } = ctx;
  const rows = await db
    .select({ taskId: generations.taskId, bucket: generations.bucket, keys: generations.keys })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connection.id),
        inArray(generations.taskId, taskIds),
        // Something may still come of those.
        notInArray(generations.status, [...OPEN_STATES]),
      ),
    );
  await writeAudit(db, ctx.clock, {
    action: "generations.delete",
    target: rows[0]?.keys[0] ?? taskIds[0] ?? "",
    user: ctx.user,
    address: ctx.address ?? "",
    connectionId: connection.id,
    details: { pictures: rows.length, objects: rows.flatMap(({ keys }) => keys) },
  });
  const failed: DeletedPictures["failed"] = [];
  const gone: string[] = [];
  for (const bucket of new Set(rows.map((row) => row.bucket))) {
    const here = rows.filter((row) => row.bucket === bucket);
    const error = bucket ? await deleteObjects(ctx, bucket, here) : undefined;
    for (const { taskId, keys } of here) {
      if (!error) gone.push(taskId);
      else
        failed.push({
          taskId,
          name: keys[0]?.split("/").at(-1) ?? taskId,
          code: error.code,
          message: error.vendor?.message,
        });
    }
  }
  if (gone.length > 0) {
    await db.transaction(async (tx) => {
      await tx
        .delete(generations)
        .where(and(eq(generations.connectionId, connection.id), inArray(generations.taskId, gone)));
      await tx.delete(pictureStars).where(inArray(pictureStars.taskId, gone));
      await tx.delete(pictureTags).where(inArray(pictureTags.taskId, gone));
      await tellGallery({ db: tx, connection });
    });
  }
  return { deleted: gone.length, failed };
}

type Row = Pick<typeof generations.$inferSelect, "taskId" | "keys">;

/** The side-cars first: a picture without one is found again by a rebuild, a side-car without a picture by nobody. */
async function deleteObjects({ oss }: Context, bucket: string, rows: Row[]): Promise<AppError | undefined> {
  try {
    const all = [...rows.flatMap(({ keys }) => keys), ...(await doublesOf(oss, bucket, rows))];
    const safe = all.filter((key) => isCleanPath(key) && isPictureKey(key));
    await oss.deleteObjects(bucket, safe.map(sideCarKey));
    await oss.deleteObjects(bucket, safe);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** What a rebuild would bring back in their place. Only of our own requests: other clients' names may be alike. */
async function doublesOf(oss: Context["oss"], bucket: string, rows: Row[]): Promise<string[]> {
  const doubles: string[] = [];
  for (let from = 0; from < rows.length; from += LISTED_AT_ONCE) {
    const found = await Promise.all(
      rows.slice(from, from + LISTED_AT_ONCE).map(async ({ taskId, keys: [key] }) => {
        if (key === undefined || taskIdOf(key) !== taskId) return [];
        const { pictures } = await taskObjects(oss, bucket, key);
        return pictures.filter((one) => one !== key);
      }),
    );
    doubles.push(...found.flat());
  }
  return doubles;
}
