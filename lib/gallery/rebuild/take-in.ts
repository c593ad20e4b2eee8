import { createHash } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { INPUTS_FOLDER } from "@/lib/generations/input-pictures";
import { type SideCar, sideCarKey } from "@/lib/generations/side-car";
import type { OssObject } from "@/lib/oss/types";
import { generations } from "@/lib/store/schema/generations";
import { parseSideCar } from "../get-picture";
import { isPictureKey, taskIdOf } from "../picture-name";
import type { Folder } from "./folders";

type Ctx = Pick<Context, "db" | "oss" | "connection">;
type NewRow = typeof generations.$inferInsert;

const SIDE_CAR_BYTES_MAX = 256 * 1024;
/** Side-cars read at a time. */
const AT_ONCE = 8;

export interface TakenIn {
  added: number;
  /** Of those, pictures without a word of how they were made. */
  foreign: number;
}

/** Makes rows for those pictures of a listing that the store does not know; the same listing again adds nothing. */
export async function takeIn(ctx: Ctx, folder: Folder, objects: readonly OssObject[]): Promise<TakenIn> {
  const pictures = objects.filter(
    ({ key, sizeBytes }) =>
      sizeBytes > 0 && isPictureKey(key) && !key.includes(`/${INPUTS_FOLDER}`) && !key.startsWith(INPUTS_FOLDER),
  );
  const unknown = await withoutKnown(ctx, folder, pictures);
  const taken = { added: 0, foreign: 0 };
  for (let from = 0; from < unknown.length; from += AT_ONCE) {
    const rows = await Promise.all(unknown.slice(from, from + AT_ONCE).map((object) => toRow(ctx, folder, object)));
    const made = await ctx.db
      .insert(generations)
      .values(rows)
      .onConflictDoNothing()
      .returning({ isForeign: sql<boolean>`${generations.input} is null` });
    taken.added += made.length;
    taken.foreign += made.filter(({ isForeign }) => isForeign).length;
  }
  return taken;
}

async function withoutKnown({ db, connection }: Ctx, { bucket }: Folder, pictures: readonly OssObject[]) {
  if (pictures.length === 0) return [];
  const keys = pictures.map(({ key }) => key);
  const taskIds = keys.map(taskIdOf).filter((id) => id !== undefined);
  const here = eq(generations.connectionId, connection.id);
  const [byKey, byTask] = await Promise.all([
    db
      .select({ keys: generations.keys })
      .from(generations)
      .where(
        and(
          here,
          eq(generations.bucket, bucket),
          sql`${generations.keys} ?| array[${sql.join(
            keys.map((key) => sql`${key}`),
            sql`, `,
          )}]`,
        ),
      ),
    // Of one that is just being made the row names no picture yet.
    taskIds.length === 0
      ? []
      : db
          .select({ taskId: generations.taskId })
          .from(generations)
          .where(and(here, inArray(generations.taskId, taskIds))),
  ]);
  const knownKeys = new Set(byKey.flatMap((row) => row.keys));
  const knownTasks = new Set(byTask.map((row) => row.taskId));
  return pictures.filter(({ key }) => !knownKeys.has(key) && !knownTasks.has(taskIdOf(key) ?? ""));
}

async function toRow(ctx: Ctx, folder: Folder, object: OssObject): Promise<NewRow> {
  const sideCar = await readSideCar(ctx, folder.bucket, object.key);
  // A side-car speaks for its own picture only, whoever wrote it.
  const isOwn = sideCar !== undefined && sideCar.taskId === taskIdOf(object.key);
  return isOwn ? knownRow(ctx, folder, object, sideCar) : foreignRow(ctx, folder, object);
}

async function readSideCar({ oss }: Ctx, bucket: string, key: string): Promise<SideCar | undefined> {
  try {
    return parseSideCar(await oss.getObjectRange(bucket, sideCarKey(key), 0, SIDE_CAR_BYTES_MAX));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}

function knownRow({ connection }: Ctx, { bucket }: Folder, { key }: OssObject, sideCar: SideCar): NewRow {
  const { name, version, image, model, isAsync } = sideCar.service;
  const at = (time: string | undefined) => (time && !Number.isNaN(Date.parse(time)) ? new Date(time) : undefined);
  return {
    connectionId: connection.id,
    service: name,
    userName: sideCar.by,
    taskId: sideCar.taskId,
    status: "succeeded",
    input: sideCar.input,
    request: sideCar.request,
    served: version === undefined ? null : { version, image, model, isAsync: isAsync ?? false },
    answer: {
      prompt: sideCar.promptDrawn,
      useBlade: sideCar.useBlade,
      isNsfw: [sideCar.isNsfw ?? false],
      ossUrls: [],
    },
    bucket,
    keys: [key],
    seed: sideCar.seed,
    elapsedMs: sideCar.elapsedMs === undefined ? undefined : Math.round(sideCar.elapsedMs),
    recovered: sideCar.recovered,
    sideCar: "written",
    createdAt: at(sideCar.askedAt),
    sentAt: at(sideCar.sentAt),
    settledAt: at(sideCar.doneAt),
  };
}

/** Its name in the gallery follows from where it lies, so that it keeps its stars and tags. */
function foreignRow({ connection }: Ctx, { bucket, service }: Folder, { key, lastModified }: OssObject): NewRow {
  const taskId = createHash("sha256").update(`${bucket}\n${key}`).digest("hex").slice(0, 32);
  const savedAt = new Date(lastModified);
  return {
    connectionId: connection.id,
    service: service ?? "",
    taskId,
    status: "succeeded",
    input: null,
    bucket,
    keys: [key],
    createdAt: savedAt,
    settledAt: savedAt,
  };
}
