import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { recordDeed } from "@/lib/services/record";
import { guardDefaults, guardStates } from "@/lib/store/schema/guard";
import { keepRunning, readGuardDefault } from "./guard";
import type { GuardView, KeepRunningSchema, SaveGuardDefaultSchema } from "./schemas";

export async function getGuard(
  { db, connection }: Pick<Context, "db" | "connection">,
  { serviceId }: { serviceId?: string },
): Promise<GuardView> {
  const [standard, [row]] = await Promise.all([
    readGuardDefault(db, connection.id),
    db
      .select()
      .from(guardStates)
      .where(and(eq(guardStates.connectionId, connection.id), eq(guardStates.serviceId, serviceId ?? ""))),
  ]);
  return {
    standard,
    state: row && {
      stage: row.stage,
      reason: row.reason ?? undefined,
      idleSince: row.idleSince?.toISOString(),
      stopsAt: row.stopsAt?.toISOString(),
      heldBy: row.heldBy ?? undefined,
      keepUntil: row.keepUntil?.toISOString(),
      stoppedAt: row.stoppedAt?.toISOString(),
      checkedAt: row.checkedAt.toISOString(),
    },
  };
}

export async function saveGuardDefault(ctx: Context, input: z.output<typeof SaveGuardDefaultSchema>): Promise<void> {
  const connectionId = ctx.connection.id;
  const before = await readGuardDefault(ctx.db, connectionId);
  await ctx.db.transaction(async (tx) => {
    await tx
      .insert(guardDefaults)
      .values({ connectionId, ...input })
      .onConflictDoUpdate({ target: guardDefaults.connectionId, set: input });
    await writeAudit(tx, ctx.clock, {
      action: "costs.guard",
      target: ctx.connection.region,
      user: ctx.user,
      address: ctx.address ?? "",
      connectionId,
      details: { from: before, to: input },
    });
  });
}

const HOUR_MS = 3_600_000;

export async function keepServiceRunning(
  ctx: Context,
  { name, serviceId, hours }: z.output<typeof KeepRunningSchema>,
): Promise<void> {
  const until = new Date(ctx.clock.now() + hours * HOUR_MS);
  if (!(await keepRunning(ctx.db, ctx.connection.id, serviceId, until))) throw new AppError("not_found");
  await recordDeed(ctx, "services.keep_running", name, { until: until.toISOString() });
}
