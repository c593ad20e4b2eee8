import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { generations } from "@/lib/store/schema/generations";
import { callTarget } from "./call-target";
import { findPictures } from "./lane/find-again";
import { tell } from "./news";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

/** Pictures that came after their request had been given up or withdrawn: they were made, and paid for. */

export const LookAgainSchema = z.object({ id: z.uuid() });

interface LatePicture {
  connectionId: string;
  taskId: string;
  bucket: string;
  key: string;
}

/** Gives the picture to its request; undefined when that has one, or is still being worked on. */
export function takeLate(db: Database, { connectionId, taskId, bucket, key }: LatePicture) {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(generations)
      .set({ status: "succeeded", error: null, answer: null, bucket, keys: [key], recovered: true, sideCar: "due" })
      .where(
        and(
          eq(generations.connectionId, connectionId),
          eq(generations.taskId, taskId),
          inArray(generations.status, ["failed", "cancelled"]),
          sql`${generations.keys} = '[]'::jsonb`,
        ),
      )
      .returning();
    if (row) await tell(tx, { connectionId, service: row.service, id: row.id, kind: "changed" });
    return row;
  });
}

/** One look into the bucket before the same is drawn once more; undefined when nothing has come. */
export async function lookAgain(
  ctx: Pick<Context, "connection" | "db" | "eas" | "oss" | "clock">,
  { id }: z.output<typeof LookAgainSchema>,
): Promise<Generation | undefined> {
  const here = and(eq(generations.id, id), eq(generations.connectionId, ctx.connection.id));
  const [row] = await ctx.db.select().from(generations).where(here);
  if (!row) throw new AppError("not_found", { params: { what: "generation" } });
  // What never left has no picture.
  if (!row.sentAt || !row.input || (row.status !== "failed" && row.status !== "cancelled")) return undefined;
  const target = await callTarget(ctx, row.service);
  const [key] = await findPictures({ cloud: ctx }, target, row);
  if (key === undefined || !target.result) return undefined;
  const { connectionId, taskId } = row;
  const taken = await takeLate(ctx.db, { connectionId, taskId, bucket: target.result.bucket, key });
  return taken && toGeneration(ctx, taken);
}
