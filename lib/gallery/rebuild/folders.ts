import { and, eq, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { GenerationSchema } from "@/lib/generations/view";
import { listServiceMounts } from "@/lib/library/mounts";
import { generations } from "@/lib/store/schema/generations";

/** Where the diffusers container writes to (diffusers-service.md §2). */
const RESULT_MOUNT = "/result";

export const FolderSchema = z.object({
  bucket: z.string(),
  /** Empty, or ends in `/`. */
  prefix: z.string(),
  /** The one service that writes there; absent where several do or nobody knows. */
  service: z.string().optional(),
  /** OSS's own mark of how far the walk is. */
  token: z.string().optional(),
  done: z.boolean(),
  /** Why it could not be read: its bucket is gone, or not open to this account. */
  missed: GenerationSchema.shape.error,
});
export type Folder = z.infer<typeof FolderSchema>;

/** Result folders of the services that are there, and those that pictures of others have come from; none within another. */
export async function resultFolders(ctx: Pick<Context, "eas" | "db" | "connection">): Promise<Folder[]> {
  const [mounts, known] = await Promise.all([listServiceMounts(ctx), knownFolders(ctx)]);
  const mounted = mounts
    .filter(({ mountPath }) => mountPath.replace(/\/$/, "") === RESULT_MOUNT)
    .map(({ bucket, prefix, service }) => ({ bucket, prefix, service }));
  return union([...mounted, ...known]);
}

async function knownFolders({ db, connection }: Pick<Context, "db" | "connection">) {
  const prefix = sql<string>`regexp_replace(${generations.keys}->>0, '[^/]+$', '')`;
  const rows = await db
    .selectDistinct({ bucket: generations.bucket, prefix, service: generations.service })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connection.id),
        isNotNull(generations.bucket),
        sql`${generations.keys} <> '[]'`,
        sql`${generations.service} <> ''`,
      ),
    );
  return rows.map((row) => ({ ...row, bucket: row.bucket ?? "" }));
}

/** A folder within another is walked with it. */
export function union(places: readonly { bucket: string; prefix: string; service: string }[]): Folder[] {
  const outer = places.filter(
    ({ bucket, prefix }) =>
      !places.some((other) => other.bucket === bucket && other.prefix !== prefix && prefix.startsWith(other.prefix)),
  );
  const folders = new Map<string, Folder>();
  for (const { bucket, prefix } of outer) {
    const services = new Set(
      places.filter((one) => one.bucket === bucket && one.prefix.startsWith(prefix)).map(({ service }) => service),
    );
    const [service] = services;
    folders.set(`${bucket}/${prefix}`, {
      bucket,
      prefix,
      service: services.size === 1 ? service : undefined,
      done: false,
    });
  }
  return [...folders.values()];
}
