import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { parsePrefix } from "@/lib/oss/names";
import type { BeginUploadSchema } from "@/lib/oss/upload/wire";
import { uploads } from "@/lib/store/schema/uploads";
import { otherUploader } from "./other-uploader";

export interface UploadTarget {
  bucket: string;
  /** Ends in `/`. */
  prefix: string;
}

export const UploadIdSchema = z.object({ id: z.uuid() });

/** Records where a person is about to write; everything else that an upload may do is measured against this row. */
export async function beginUpload(
  ctx: Context,
  input: z.output<typeof BeginUploadSchema>,
): Promise<{ id: string; prefix: string }> {
  const { db, user, connection, clock } = ctx;
  const prefix = parsePrefix(input.prefix);
  // Without a folder of its own an upload could overwrite anything in the bucket.
  if (prefix === "") throw new AppError("invalid_input", { params: { field: "prefix" } });
  const other = input.anyway ? undefined : await otherUploader(ctx, { ...input, prefix });
  if (other !== undefined) {
    throw new AppError("conflict", { params: { reason: "busy", name: other, rule: "upload.busy.other" } });
  }
  const [row] = await db
    .insert(uploads)
    .values({
      connectionId: connection.id,
      userId: user.id,
      bucket: input.bucket,
      prefix,
      device: input.device,
      seenAt: new Date(clock.now()),
      createdAt: new Date(clock.now()),
    })
    .returning({ id: uploads.id });
  if (!row) throw new AppError("internal");
  return { id: row.id, prefix };
}

/** The recorded target, for its own person on its own connection; to anyone else it does not exist. */
export async function uploadTarget({ db, user, connection }: Context, id: string): Promise<UploadTarget> {
  const [row] = await db
    .select({ bucket: uploads.bucket, prefix: uploads.prefix })
    .from(uploads)
    .where(and(eq(uploads.id, id), eq(uploads.userId, user.id), eq(uploads.connectionId, connection.id)));
  if (!row) throw new AppError("not_found", { params: { what: "upload" } });
  return row;
}
