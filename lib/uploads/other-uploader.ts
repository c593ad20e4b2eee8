/** Who is uploading where: two people in one model root would make a model of both. */
import { and, desc, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { users } from "@/lib/store/schema/auth";
import { uploads } from "@/lib/store/schema/uploads";

/** Pages are heard of every half minute; a page that slept or lost its line for longer is not in anybody's way. */
const SILENCE_MS = 90_000;

interface Place {
  bucket: string;
  prefix: string;
  device?: string;
}

/** The name of somebody (or of this person at another browser) who is sending into this folder, above or below it. */
export async function otherUploader(
  { db, connection, clock }: Context,
  { bucket, prefix, device }: Place,
): Promise<string | undefined> {
  const [row] = await db
    .select({ name: users.name })
    .from(uploads)
    .innerJoin(users, eq(users.id, uploads.userId))
    .where(
      and(
        eq(uploads.connectionId, connection.id),
        eq(uploads.bucket, bucket),
        isNull(uploads.endedAt),
        gt(uploads.seenAt, new Date(clock.now() - SILENCE_MS)),
        or(sql`starts_with(${uploads.prefix}, ${prefix})`, sql`starts_with(${prefix}, ${uploads.prefix})`),
        device === undefined ? undefined : or(isNull(uploads.device), ne(uploads.device, device)),
      ),
    )
    .orderBy(desc(uploads.seenAt))
    .limit(1);
  return row?.name;
}
