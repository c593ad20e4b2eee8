import { and, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { cancelGeneration } from "@/lib/generations/cancel";
import { tell } from "@/lib/generations/news";
import { submitGenerations } from "@/lib/generations/submit";
import { GenerateInputSchema } from "@/lib/playground/input";
import { generations } from "@/lib/store/schema/generations";
import { sheets } from "@/lib/store/schema/sheets";
import { findSheet } from "./get-sheet";
import type { RetrySheetSchema, SheetIdSchema } from "./schemas";

/** Withdraws whatever the service has not begun. */
export async function cancelSheet(ctx: Context, { id }: z.output<typeof SheetIdSchema>): Promise<null> {
  const sheet = await findSheet(ctx, id);
  const here = and(eq(generations.connectionId, ctx.connection.id), inArray(generations.taskId, sheet.taskIds));
  // Those in our own line at once, from its end, so that none of them slips into the service meanwhile.
  await ctx.db.transaction(async (tx) => {
    const withdrawn = await tx
      .update(generations)
      .set({ status: "cancelled", waitReason: null, place: null, settledAt: new Date(ctx.clock.now()) })
      .where(and(here, eq(generations.status, "waiting")))
      .returning();
    for (const { id: one, connectionId, service } of withdrawn)
      await tell(tx, { connectionId, service, id: one, kind: "changed" });
  });
  const queued = await ctx.db
    .select({ id: generations.id })
    .from(generations)
    .where(and(here, eq(generations.status, "queued")));
  for (const one of queued.reverse()) {
    await cancelGeneration(ctx, one).catch((error: unknown) => {
      // Begun, or ended, in this very moment.
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    });
  }
  return null;
}

/** Cells that ended without a picture, with the same settings and seed; what has one stays. */
export async function retrySheet(ctx: Context, { id, again }: z.output<typeof RetrySheetSchema>): Promise<null> {
  await ctx.db.transaction(async (tx) => {
    const [sheet] = await tx
      .select()
      .from(sheets)
      .where(and(eq(sheets.id, id), eq(sheets.connectionId, ctx.connection.id)))
      .for("update");
    if (!sheet) throw new AppError("not_found", { params: { what: "sheet" } });
    const rows = await tx
      .select()
      .from(generations)
      .where(and(eq(generations.connectionId, ctx.connection.id), inArray(generations.taskId, sheet.taskIds)));
    const ended = again.flatMap(({ taskId, by }) => {
      const row = rows.find((one) => one.taskId === taskId);
      return row && (row.status === "failed" || row.status === "cancelled") ? [{ row, by }] : [];
    });
    const { connection, oss, clock, user } = ctx;
    for (const { row, by } of ended) {
      const input = GenerateInputSchema.parse(row.input);
      const request = { taskId: by, input: { ...input, seed: row.seed ?? input.seed } };
      await submitGenerations({ connection, oss, clock, user, db: tx }, { service: row.service, requests: [request] });
    }
    const replaced = new Map(ended.map(({ row, by }) => [row.taskId, by]));
    await tx
      .update(sheets)
      .set({ taskIds: sheet.taskIds.map((taskId) => replaced.get(taskId) ?? taskId) })
      .where(eq(sheets.id, id));
  });
  return null;
}
