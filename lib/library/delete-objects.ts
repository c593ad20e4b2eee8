import { and, eq, like } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { isCleanPath } from "@/lib/oss/names";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { uploads } from "@/lib/store/schema/uploads";
import { listServiceMounts, usersOf } from "./mounts";
import type { DeleteObjectsSchema } from "./schemas";

/** In one go; a folder with more is emptied by asking again. */
const OBJECTS_MAX = 20_000;

export interface Deleted {
  objects: number;
  /** There is more below the prefix. */
  more: boolean;
}

/**
 * Removes one object, or all below a prefix that ends in `/`, with its unfinished uploads. Refused while a service mounts
 * what would go: a running container would lose files under its feet.
 */
export async function deleteObjects(
  ctx: Context,
  { bucket, key }: z.output<typeof DeleteObjectsSchema>,
): Promise<Deleted> {
  if (!isCleanPath(key)) throw new AppError("invalid_input", { params: { field: "key" } });
  const { oss, db, clock, user, connection } = ctx;
  const users = usersOf(await listServiceMounts(ctx), bucket, key);
  if (users.length > 0) {
    const name = users.map(({ service }) => service).join(", ");
    throw new AppError("conflict", { params: { what: "object", name, rule: "models.delete.inUse" } });
  }
  const isFolder = key.endsWith("/");
  const { objects, truncated } = isFolder
    ? await oss.listAllObjects(bucket, key, OBJECTS_MAX)
    : { objects: [{ key }], truncated: false };
  await writeAudit(db, clock, {
    action: "models.delete",
    target: `oss://${bucket}/${key}`,
    user,
    address: ctx.address ?? "",
    connectionId: connection.id,
    details: { objects: objects.length },
  });
  await oss.deleteObjects(
    bucket,
    objects.map((object) => object.key),
  );
  if (isFolder) {
    for (const { key: path, uploadId } of await oss.listUploads(bucket, key, 1000))
      await oss.abortUpload(bucket, path, uploadId);
    await forget(ctx, bucket, key);
  }
  return { objects: objects.length, more: truncated };
}

/** What is gone is no model root any more. */
async function forget({ db, connection }: Context, bucket: string, prefix: string): Promise<void> {
  const below = `${prefix.replace(/[\\%_]/g, "\\$&")}%`;
  for (const table of [modelRoots, uploads]) {
    await db
      .delete(table)
      .where(and(eq(table.connectionId, connection.id), eq(table.bucket, bucket), like(table.prefix, below)));
  }
}
