import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { uploads } from "@/lib/store/schema/uploads";
import { uploadTarget } from "./target";

export const PresenceSchema = z.object({ over: z.boolean() });

/** A page says that it is still at it, or that it is over. */
export async function markPresence(ctx: Context, id: string, { over }: z.output<typeof PresenceSchema>): Promise<null> {
  await uploadTarget(ctx, id);
  const now = new Date(ctx.clock.now());
  await ctx.db
    .update(uploads)
    .set({ seenAt: now, endedAt: over ? now : null })
    .where(eq(uploads.id, id));
  return null;
}
