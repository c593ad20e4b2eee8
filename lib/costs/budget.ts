import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { tell } from "@/lib/notifications/tell";
import { billingDay } from "@/lib/prices/price";
import type { Database } from "@/lib/store/database";
import { budgetAlarms, budgets } from "@/lib/store/schema/guard";
import { getCosts } from "./report";
import type { SaveBudgetSchema } from "./schemas";

/** Of the month's budget. */
export const ALARM_PERCENTS = [50, 80, 100] as const;

export async function readBudget(db: Database, connectionId: string): Promise<number | undefined> {
  const [row] = await db.select().from(budgets).where(eq(budgets.connectionId, connectionId));
  return row?.amount;
}

/** Another budget is told of anew. */
export async function saveBudget(ctx: Context, { amount }: z.output<typeof SaveBudgetSchema>): Promise<void> {
  const connectionId = ctx.connection.id;
  const month = billingDay(ctx.clock.now()).slice(0, 7);
  await ctx.db.transaction(async (tx) => {
    const former = await readBudget(tx, connectionId);
    await tx.delete(budgets).where(eq(budgets.connectionId, connectionId));
    if (amount !== null) await tx.insert(budgets).values({ connectionId, amount });
    await tx
      .delete(budgetAlarms)
      .where(and(eq(budgetAlarms.connectionId, connectionId), eq(budgetAlarms.month, month)));
    await writeAudit(tx, ctx.clock, {
      action: "costs.budget",
      target: ctx.connection.region,
      user: ctx.user,
      address: ctx.address ?? "",
      connectionId,
      details: { from: former ?? null, to: amount },
    });
  });
}

/** Tells when a share of the month's budget is used up: each share once, of several at once the highest. */
export async function checkBudget(
  db: Database,
  clock: Clock,
  connection: Pick<Connection, "id" | "region">,
): Promise<void> {
  const budget = await readBudget(db, connection.id);
  if (budget === undefined) return;
  const { total, currency } = await getCosts({ db, clock, connection }, { period: "month" });
  if (currency === undefined) return;
  const reached = ALARM_PERCENTS.filter((percent) => total.amount >= (budget * percent) / 100);
  if (reached.length === 0) return;
  const now = new Date(clock.now());
  const month = billingDay(clock.now()).slice(0, 7);
  await db.transaction(async (tx) => {
    const news = await tx
      .insert(budgetAlarms)
      .values(reached.map((percent) => ({ connectionId: connection.id, month, percent, at: now })))
      .onConflictDoNothing()
      .returning({ percent: budgetAlarms.percent });
    if (news.length === 0) return;
    const details = {
      percent: `${Math.max(...news.map(({ percent }) => percent))}`,
      spent: total.amount.toFixed(2),
      budget: `${budget}`,
      currency,
      month,
    };
    await tell(tx, { connectionId: connection.id, service: "", kind: "budget", details, now });
  });
}
