import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { ServedSchema, SideCarSchema, sideCarKey } from "@/lib/generations/side-car";
import { toGeneration } from "@/lib/generations/to-generation";
import { pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { FiltersSchema } from "./filters-schema";
import { neighboursOf } from "./list-pictures";
import { toTile } from "./to-tile";
import type { Picture } from "./view";

export const TaskIdSchema = z.string().min(1).max(64);
export const PictureInputSchema = FiltersSchema.extend({ taskId: TaskIdSchema });

const LINK_SECONDS = 3600;
/** Ours are a few thousand bytes. */
const SIDE_CAR_BYTES_MAX = 256 * 1024;
const RequestSchema = z.record(z.string(), z.unknown());

/** One picture with all that the store and its side-car know of it, and its neighbours among those that are shown. */
export async function getPicture(
  ctx: Context,
  { taskId, ...filters }: z.output<typeof PictureInputSchema>,
): Promise<Picture> {
  const { db, connection, oss } = ctx;
  const [found] = await db
    .select()
    .from(generations)
    .leftJoin(pictureStars, eq(pictureStars.taskId, generations.taskId))
    .where(and(eq(generations.connectionId, connection.id), eq(generations.taskId, taskId)));
  if (!found) throw new AppError("not_found", { params: { what: "picture", name: taskId } });
  const { generations: row, picture_stars: star } = found;
  const { bucket } = row;
  const [key] = row.keys;
  const isThere = bucket !== null && key !== undefined;
  const [neighbours, tags, prints, tile, generation, downloadUrl] = await Promise.all([
    neighboursOf(ctx, filters, row),
    db.select().from(pictureTags).where(eq(pictureTags.taskId, taskId)).orderBy(asc(pictureTags.tag)),
    isThere ? printsOf(ctx, bucket, key) : NO_PRINTS,
    toTile(ctx, { ...row, prompt: promptOf(row.input), isNsfw: nsfwOf(row.answer), starred: star !== null }),
    row.input === null ? undefined : toGeneration(ctx, row),
    isThere
      ? oss.presignGet(bucket, key, { expiresSeconds: LINK_SECONDS, filename: key.split("/").at(-1) })
      : undefined,
  ]);
  const served = ServedSchema.safeParse(row.served).data;
  return {
    tile,
    bucket: bucket ?? undefined,
    key,
    downloadUrl,
    tags: tags.map(({ tag }) => tag),
    generation,
    request: RequestSchema.safeParse(row.request).data,
    version: served?.version,
    image: served?.image,
    model: served?.model && `oss://${served.model.bucket}/${served.model.folder}`,
    settledAt: row.settledAt?.toISOString(),
    prints,
    ...neighbours,
  };
}

const NO_PRINTS: Picture["prints"] = { model: [], loras: [] };

/** Which files of the model made it: the side-car alone knows. Without one, or without a right to read it, nobody does. */
async function printsOf({ oss }: Pick<Context, "oss">, bucket: string, key: string): Promise<Picture["prints"]> {
  const bytes = await oss.getObjectRange(bucket, sideCarKey(key), 0, SIDE_CAR_BYTES_MAX).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  const sideCar = parseSideCar(bytes);
  return sideCar ? { model: sideCar.model, loras: sideCar.loras } : NO_PRINTS;
}

export function parseSideCar(bytes: Uint8Array | undefined) {
  if (!bytes) return undefined;
  try {
    return SideCarSchema.safeParse(JSON.parse(Buffer.from(bytes).toString())).data;
  } catch {
    return undefined;
  }
}

const promptOf = (input: unknown) => z.object({ prompt: z.string() }).safeParse(input).data?.prompt ?? null;
const nsfwOf = (answer: unknown) => z.object({ isNsfw: z.unknown() }).safeParse(answer).data?.isNsfw;

/** Every connection that has this picture. */
export async function connectionsOf({ db }: Pick<Context, "db">, taskId: string): Promise<string[]> {
  const rows = await db
    .select({ connectionId: generations.connectionId })
    .from(generations)
    .where(eq(generations.taskId, taskId));
  return rows.map(({ connectionId }) => connectionId);
}
