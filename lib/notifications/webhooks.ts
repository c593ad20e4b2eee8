import { randomBytes, randomUUID } from "node:crypto";
import { desc, eq } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { parseAddress } from "@/lib/imports/remote";
import { webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { addressContext, secretContext } from "./deliver";
import { NOTICE_KINDS } from "./kinds";
import type { SaveWebhookSchema, ToggleWebhookSchema, WebhookIdSchema, WebhookView } from "./schemas";
import { shownAddress } from "./shown-address";
import { delivery, toBody } from "./tell";

type Ctx = Pick<Context, "db" | "clock" | "user" | "address">;

/** Enough to see what went wrong; older ones stay in the store for a while. */
const JOURNAL = 10;

export async function listWebhooks({ db }: Pick<Context, "db">, box: SecretBox): Promise<WebhookView[]> {
  const rows = await db.select().from(webhooks).orderBy(webhooks.createdAt);
  return Promise.all(
    rows.map(async ({ id, name, url, kinds, enabled, createdAt }) => {
      const deliveries = await db
        .select()
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.webhookId, id))
        .orderBy(desc(webhookDeliveries.createdAt))
        .limit(JOURNAL);
      return {
        id,
        name,
        url: shownAddress(box.open(url, addressContext(id))),
        kinds: NOTICE_KINDS.filter((kind) => kinds.includes(kind)),
        enabled,
        createdAt: createdAt.toISOString(),
        deliveries: deliveries.map((item) => ({
          id: item.id,
          kind: item.kind,
          state: item.state,
          attempts: item.attempts,
          status: item.status ?? undefined,
          error: item.error ?? undefined,
          createdAt: item.createdAt.toISOString(),
          updatedAt: item.updatedAt.toISOString(),
        })),
      };
    }),
  );
}

/** The secret is made here and shown this once. */
export async function createWebhook(
  ctx: Ctx,
  box: SecretBox,
  { name, url, kinds }: z.output<typeof SaveWebhookSchema>,
): Promise<{ id: string; secret: string }> {
  const id = randomUUID();
  const secret = randomBytes(32).toString("base64url");
  const now = new Date(ctx.clock.now());
  await ctx.db.insert(webhooks).values({
    id,
    name,
    url: box.seal(parseAddress(url).href, addressContext(id)),
    kinds,
    sealedSecret: box.seal(secret, secretContext(id)),
    createdBy: ctx.user.id,
    createdAt: now,
  });
  await audit(ctx, "notifications.create", name);
  return { id, secret };
}

export async function toggleWebhook(ctx: Ctx, { id, enabled }: z.output<typeof ToggleWebhookSchema>): Promise<void> {
  const [row] = await ctx.db.update(webhooks).set({ enabled }).where(eq(webhooks.id, id)).returning();
  if (!row) throw new AppError("not_found", { params: { what: "webhook" } });
  await audit(ctx, enabled ? "notifications.enable" : "notifications.disable", row.name);
}

export async function deleteWebhook(ctx: Ctx, { id }: z.output<typeof WebhookIdSchema>): Promise<void> {
  const [row] = await ctx.db.delete(webhooks).where(eq(webhooks.id, id)).returning();
  if (row) await audit(ctx, "notifications.delete", row.name);
}

/** Sent like any other, journal and further attempts included. */
export async function testWebhook(ctx: Ctx, { id }: z.output<typeof WebhookIdSchema>): Promise<void> {
  const [row] = await ctx.db.select().from(webhooks).where(eq(webhooks.id, id));
  if (!row) throw new AppError("not_found", { params: { what: "webhook" } });
  const now = new Date(ctx.clock.now());
  const body = toBody({ id: "", kind: "test", connectionId: "", service: "", details: {}, now });
  await ctx.db.insert(webhookDeliveries).values(delivery(id, "test", body, now));
}

async function audit({ db, clock, user, address }: Ctx, action: string, target: string): Promise<void> {
  await writeAudit(db, clock, { user, action, target, address: address ?? "" });
}
