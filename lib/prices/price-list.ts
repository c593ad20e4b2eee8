import { and, asc, desc, eq } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { priceLists, prices } from "@/lib/store/schema/prices";
import type { PriceListView, SavePriceListSchema } from "./schemas";

type Place = Pick<Connection, "id" | "region">;

const ofList = ({ id, region }: Place) => and(eq(priceLists.connectionId, id), eq(priceLists.region, region));
const ofPrices = ({ id, region }: Place) => and(eq(prices.connectionId, id), eq(prices.region, region));

/** Empty until somebody writes prices down. */
export async function readPriceList(db: Database, connection: Place): Promise<PriceListView> {
  const [[list], rows] = await Promise.all([
    db.select().from(priceLists).where(ofList(connection)),
    db
      .select({
        instanceType: prices.instanceType,
        perHour: prices.perHour,
        since: prices.since,
        source: prices.source,
      })
      .from(prices)
      .where(ofPrices(connection))
      .orderBy(asc(prices.instanceType), desc(prices.since)),
  ]);
  return {
    region: connection.region,
    currency: list?.currency,
    prices: rows,
    revision: list?.revision ?? 0,
    updatedAt: list?.updatedAt.toISOString(),
    updatedBy: list?.updatedBy,
  };
}

export async function savePriceList(
  ctx: Pick<Context, "db" | "clock" | "user" | "address"> & { connection: Place },
  { currency, prices: wanted, revision }: z.output<typeof SavePriceListSchema>,
): Promise<void> {
  const { id: connectionId, region } = ctx.connection;
  const values = { currency, updatedAt: new Date(ctx.clock.now()), updatedBy: ctx.user.name };
  await ctx.db.transaction(async (tx) => {
    // The row is the lock: two who save at once come one after the other, and the second is refused.
    const saved =
      revision === 0
        ? await tx
            .insert(priceLists)
            .values({ connectionId, region, revision: 1, ...values })
            .onConflictDoNothing()
            .returning()
        : await tx
            .update(priceLists)
            .set({ ...values, revision: revision + 1 })
            .where(and(ofList(ctx.connection), eq(priceLists.revision, revision)))
            .returning();
    if (saved.length === 0)
      throw new AppError("conflict", { params: { what: "prices", rule: "prices.rules.changed" } });
    await tx.delete(prices).where(ofPrices(ctx.connection));
    if (wanted.length > 0) await tx.insert(prices).values(wanted.map((price) => ({ connectionId, region, ...price })));
    await writeAudit(tx, ctx.clock, {
      action: "prices.save",
      target: region,
      user: ctx.user,
      address: ctx.address ?? "",
      connectionId,
      details: { currency, count: wanted.length },
    });
  });
}
