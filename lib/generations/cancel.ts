import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { createQueue } from "@/lib/eas/queue/client";
import { AppError } from "@/lib/errors";
import { generations } from "@/lib/store/schema/generations";
import { callTarget } from "./call-target";
import { tell } from "./news";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

export const CancelSchema = z.object({ id: z.uuid() });

/**
 * Withdraws a request that the service has not begun: one that waits here, or in the service's queue. What is being drawn
 * cannot be stopped. Should the service take it in this very moment after all, the picture comes and counts.
 */
export async function cancelGeneration(ctx: Context, { id }: z.output<typeof CancelSchema>): Promise<Generation> {
  const here = and(eq(generations.id, id), eq(generations.connectionId, ctx.connection.id));
  const [row] = await ctx.db.select().from(generations).where(here);
  if (!row) throw new AppError("not_found", { params: { what: "generation" } });
  if (row.status === "queued") await leaveQueue(ctx, row);
  const change = { status: "cancelled", waitReason: null, place: null, settledAt: new Date(ctx.clock.now()) } as const;
  const cancelled = await ctx.db.transaction(async (tx) => {
    const [changed] = await tx
      .update(generations)
      .set(change)
      .where(and(here, eq(generations.status, row.status === "queued" ? "queued" : "waiting")))
      .returning();
    if (changed) await tell(tx, { connectionId: row.connectionId, service: row.service, id, kind: "changed" });
    return changed;
  });
  if (!cancelled) throw tooLate();
  return toGeneration(ctx, cancelled);
}

async function leaveQueue(ctx: Context, row: typeof generations.$inferSelect): Promise<void> {
  // Its receipt is not there yet: within a moment it is known where it stands.
  if (!row.queueIndex || row.queueIndex === "0") throw tooLate();
  const { endpoint, token } = await callTarget(ctx, row.service);
  const input = createQueue(ctx.connection, { endpoint, token, group: row.service, clock: ctx.clock });
  const place = await input.place(row.queueIndex);
  if (place.state !== "waiting") throw tooLate();
  await input.delete([row.queueIndex]);
}

function tooLate(): AppError {
  return new AppError("conflict", { params: { what: "generation", rule: "playground.rules.begun" } });
}
