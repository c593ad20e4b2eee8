import { createHash } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import sharp from "sharp";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { INPUTS_FOLDER } from "@/lib/generations/input-pictures";
import { takeLate } from "@/lib/generations/late-picture";
import { isPictureKey, taskIdOf } from "@/lib/generations/picture-name";
import { type SideCar, sideCarKey } from "@/lib/generations/side-car";
import { taskObjects } from "@/lib/generations/task-pictures";
import type { OssObject } from "@/lib/oss/types";
import { generations } from "@/lib/store/schema/generations";
import { parseSideCar } from "../get-picture";
import type { Folder } from "./folders";

type Ctx = Pick<Context, "db" | "oss" | "connection">;
type NewRow = typeof generations.$inferInsert;

const SIDE_CAR_BYTES_MAX = 256 * 1024;
/** Of a JPEG's, the profile and the small picture of a camera come first. */
const HEAD_BYTES = 64 * 1024;
/** Side-cars read at a time. */
const AT_ONCE = 8;

export interface TakenIn {
  added: number;
  /** Of those, pictures without a word of how they were made. */
  foreign: number;
}

/**
 * Makes rows for those pictures of a listing that the store does not know, and gives late ones to their requests; the same
 * listing again adds nothing.
 */
export async function takeIn(ctx: Ctx, folder: Folder, objects: readonly OssObject[]): Promise<TakenIn> {
  const pictures = objects.filter(
    ({ key, sizeBytes }) =>
      sizeBytes > 0 && isPictureKey(key) && !key.includes(`/${INPUTS_FOLDER}`) && !key.startsWith(INPUTS_FOLDER),
  );
  const { unknown, late } = await sorted(ctx, folder, pictures);
  const taken = { added: 0, foreign: 0 };
  for (const { key } of late) {
    const row = { connectionId: ctx.connection.id, taskId: taskIdOf(key) ?? "", bucket: folder.bucket, key };
    if (await takeLate(ctx.db, row)) taken.added++;
  }
  for (let from = 0; from < unknown.length; from += AT_ONCE) {
    const found = await Promise.all(unknown.slice(from, from + AT_ONCE).map((object) => toRow(ctx, folder, object)));
    const rows = found.filter((row) => row !== undefined);
    if (rows.length === 0) continue;
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

/** `late`: of a request that was given up or withdrawn before. */
async function sorted({ db, connection }: Ctx, { bucket }: Folder, pictures: readonly OssObject[]) {
  if (pictures.length === 0) return { unknown: [], late: [] };
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
          .select({ taskId: generations.taskId, status: generations.status, keys: generations.keys })
          .from(generations)
          .where(and(here, inArray(generations.taskId, taskIds))),
  ]);
  const knownKeys = new Set(byKey.flatMap((row) => row.keys));
  const knownTasks = new Map(byTask.map((row) => [row.taskId, row]));
  const others = pictures.filter(({ key }) => !knownKeys.has(key));
  const requestOf = ({ key }: OssObject) => knownTasks.get(taskIdOf(key) ?? "");
  return {
    unknown: others.filter((one) => !requestOf(one)),
    late: others.filter((one) => {
      const request = requestOf(one);
      return request?.keys.length === 0 && (request.status === "failed" || request.status === "cancelled");
    }),
  };
}

/** Undefined for what is another's double. */
async function toRow(ctx: Ctx, folder: Folder, object: OssObject): Promise<NewRow | undefined> {
  const sideCar = await readSideCar(ctx, folder.bucket, sideCarKey(object.key));
  const taskId = taskIdOf(object.key);
  // A side-car speaks for its own picture only, whoever wrote it.
  if (sideCar && sideCar.taskId === taskId) return knownRow(ctx, folder, object, sideCar);
  const double = sideCar || taskId === undefined ? undefined : await doubleOf(ctx, folder, object, taskId);
  if (double?.isThere) return undefined;
  if (double) return knownRow(ctx, folder, object, double.sideCar);
  return foreignRow(ctx, folder, object, await measure(ctx, folder, object));
}

/** Of a picture without a word of its own: the side-car of another one of the same task, and whether that picture is there. */
async function doubleOf(ctx: Ctx, { bucket }: Folder, { key }: OssObject, taskId: string) {
  const { pictures, sideCars } = await taskObjects(ctx.oss, bucket, key);
  for (const name of sideCars) {
    const sideCar = await readSideCar(ctx, bucket, name);
    if (sideCar?.taskId === taskId) return { sideCar, isThere: pictures.some((one) => sideCarKey(one) === name) };
  }
  return undefined;
}

async function readSideCar({ oss }: Ctx, bucket: string, key: string): Promise<SideCar | undefined> {
  try {
    return parseSideCar(await oss.getObjectRange(bucket, key, 0, SIDE_CAR_BYTES_MAX));
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

/** Its width and height as it is shown; the head of the file says them. Undefined where it does not. */
async function measure({ oss }: Ctx, { bucket }: Folder, { key, sizeBytes }: OssObject): Promise<NewRow["measured"]> {
  try {
    const head = await oss.getObjectRange(bucket, key, 0, Math.min(sizeBytes, HEAD_BYTES));
    return (await sharp(head).metadata()).autoOrient;
  } catch (error) {
    if (error instanceof AppError && error.code !== "not_found") throw error;
    return undefined;
  }
}

/** Its name in the gallery follows from where it lies, so that it keeps its stars and tags. */
function foreignRow(
  { connection }: Ctx,
  { bucket, service }: Folder,
  { key, lastModified }: OssObject,
  measured: NewRow["measured"],
): NewRow {
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
    measured,
    createdAt: savedAt,
    settledAt: savedAt,
  };
}
