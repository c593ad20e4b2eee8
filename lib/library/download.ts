import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { ObjectKeySchema } from "./schemas";

/** Time to begin; a download that has begun goes on. */
const EXPIRES_SECONDS = 300;

/** A short-lived address of one object, to which the browser is sent: its bytes do not pass through here. */
export async function downloadAddress(
  ctx: Context,
  { bucket, key }: z.output<typeof ObjectKeySchema>,
): Promise<string> {
  const { oss, db, clock, user, connection } = ctx;
  if (!(await oss.headObject(bucket, key))) throw new AppError("not_found", { params: { what: "object" } });
  await writeAudit(db, clock, {
    action: "models.download",
    target: `oss://${bucket}/${key}`,
    user,
    address: ctx.address ?? "",
    connectionId: connection.id,
  });
  return oss.presignGet(bucket, key, { expiresSeconds: EXPIRES_SECONDS, filename: key.split("/").at(-1) });
}
