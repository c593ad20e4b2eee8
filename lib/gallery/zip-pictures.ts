import { and, desc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { isPictureKey } from "@/lib/generations/picture-name";
import { sideCarKey } from "@/lib/generations/side-car";
import { generations } from "@/lib/store/schema/generations";
import { TaskIdSchema } from "./get-picture";
import { writeZip, type ZipEntry } from "./zip-format";

/** As a form sends them: one text, since a browser saves the answer to a form without holding it in memory. */
export const ZipSchema = z.object({
  taskIds: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(TaskIdSchema).min(1).max(50_000)),
});

const BATCH = 200;
const PICTURE_BYTES_MAX = 64 * 1024 * 1024;
const SIDE_CAR_BYTES_MAX = 256 * 1024;
/** Names what is missing, in the archive itself. */
const MISSING = "missing.txt";

type Row = Pick<typeof generations.$inferSelect, "taskId" | "bucket" | "keys" | "createdAt">;

/** Pictures with their side-cars as an archive, the oldest first by their names; one picture is in memory at a time. */
export function zipPictures(
  ctx: Pick<Context, "db" | "oss" | "connection">,
  { taskIds }: z.output<typeof ZipSchema>,
): AsyncGenerator<Uint8Array, void> {
  return writeZip(entriesOf(ctx, taskIds));
}

async function* entriesOf(
  ctx: Pick<Context, "db" | "oss" | "connection">,
  taskIds: readonly string[],
): AsyncGenerator<ZipEntry, void> {
  const missing: string[] = [];
  const names = new Set<string>();
  for (let from = 0; from < taskIds.length; from += BATCH) {
    for (const row of await rowsOf(ctx, taskIds.slice(from, from + BATCH))) {
      for (const key of row.keys.filter(isPictureKey)) {
        const name = nameOf(row, key, names);
        const modifiedAt = row.createdAt.getTime();
        const bytes = await read(ctx, row.bucket ?? "", key, PICTURE_BYTES_MAX);
        if (!bytes) {
          missing.push(`oss://${row.bucket}/${key}`);
          continue;
        }
        yield { name, bytes, modifiedAt };
        const sideCar = await read(ctx, row.bucket ?? "", sideCarKey(key), SIDE_CAR_BYTES_MAX);
        if (sideCar) yield { name: sideCarKey(name), bytes: sideCar, modifiedAt };
      }
    }
  }
  if (missing.length > 0)
    yield { name: MISSING, bytes: Buffer.from(`${missing.join("\n")}\n`), modifiedAt: Date.now() };
}

function rowsOf({ db, connection }: Pick<Context, "db" | "connection">, taskIds: string[]): Promise<Row[]> {
  return db
    .select({
      taskId: generations.taskId,
      bucket: generations.bucket,
      keys: generations.keys,
      createdAt: generations.createdAt,
    })
    .from(generations)
    .where(and(eq(generations.connectionId, connection.id), inArray(generations.taskId, taskIds)))
    .orderBy(desc(generations.createdAt));
}

/** `20261201-094512_<name in the bucket>`: sorts by time, and its second half finds the picture again. */
function nameOf({ createdAt }: Row, key: string, taken: Set<string>): string {
  const time = createdAt.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const own = (key.split("/").at(-1) ?? "").replace(/[\\:*?"<>|\p{Cc}]/gu, "_");
  let name = `${time}_${own}`;
  for (let again = 2; taken.has(name); again++) name = `${time}_${again}_${own}`;
  taken.add(name);
  return name;
}

async function read(
  { oss }: Pick<Context, "oss">,
  bucket: string,
  key: string,
  most: number,
): Promise<Uint8Array | undefined> {
  try {
    const head = await oss.headObject(bucket, key);
    return head && head.sizeBytes <= most ? await oss.getObjectRange(bucket, key, 0, head.sizeBytes) : undefined;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
