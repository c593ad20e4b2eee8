import { randomUUID } from "node:crypto";
import { and, eq, inArray, notInArray } from "drizzle-orm";
import { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { GenerationSchema } from "@/lib/generations/view";
import { galleryRebuilds } from "@/lib/store/schema/gallery";
import type { Rebuild } from "../view";
import { FolderSchema } from "./folders";

export const NothingSchema = z.object({});

/** How the last walk through the bucket stands; null where there was none. */
export async function getRebuild({ db, connection }: Pick<Context, "db" | "connection">): Promise<Rebuild | null> {
  const [row] = await db.select().from(galleryRebuilds).where(eq(galleryRebuilds.connectionId, connection.id));
  if (!row) return null;
  const { state, seen, added, foreign, by, startedAt, updatedAt } = row;
  const folders = FolderSchema.array().catch([]).parse(row.folders);
  return {
    ...{ state, seen, added, foreign },
    folders: folders.length,
    missed: folders.flatMap(({ bucket, prefix, missed }) => (missed ? [`oss://${bucket}/${prefix}`] : [])),
    by: by ?? undefined,
    startedAt: startedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    error: GenerationSchema.shape.error.catch(undefined).parse(row.error ?? undefined),
  };
}

/** Writes the wish down; the runner does the rest. While one is under way another wish changes nothing. */
export async function startRebuild(ctx: Context): Promise<null> {
  const { db, connection, clock, user } = ctx;
  const now = new Date(clock.now());
  const begun = {
    ...{ id: randomUUID(), state: "waiting" as const, folders: null, seen: 0, added: 0, foreign: 0, attempts: 0 },
    ...{ notBefore: null, cancelled: false, error: null, by: user.name, startedAt: now, updatedAt: now },
  };
  const [row] = await db
    .insert(galleryRebuilds)
    .values({ connectionId: connection.id, ...begun })
    .onConflictDoUpdate({
      target: galleryRebuilds.connectionId,
      set: begun,
      setWhere: notInArray(galleryRebuilds.state, ["waiting", "walking"]),
    })
    .returning({ id: galleryRebuilds.id });
  if (row)
    await writeAudit(db, clock, {
      action: "generations.rebuild",
      target: connection.name,
      user,
      address: ctx.address ?? "",
      connectionId: connection.id,
    });
  return null;
}

/** Obeyed after the listing that is being read; what was found stays. */
export async function cancelRebuild({ db, connection }: Context): Promise<null> {
  await db
    .update(galleryRebuilds)
    .set({ cancelled: true, notBefore: null })
    .where(
      and(eq(galleryRebuilds.connectionId, connection.id), inArray(galleryRebuilds.state, ["waiting", "walking"])),
    );
  return null;
}
