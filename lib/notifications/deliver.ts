import { and, eq, lte } from "drizzle-orm";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { eventName } from "./kinds";
import type { Send } from "./send";
import { signatureOf } from "./sign";

export interface DeliverWorld {
  db: Database;
  clock: Clock;
  box: SecretBox;
  send: Send;
  /** Before the second attempt, the third, and so on; after the last one it is given up. */
  pausesMs?: readonly number[];
}

const PAUSES_MS = [10_000, 60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000] as const;

/** What the sealed values of a webhook are bound to. Its address is one of them: chat services put a key into it. */
export const secretContext = (webhookId: string) => `webhook:${webhookId}`;
export const addressContext = (webhookId: string) => `webhook-address:${webhookId}`;

export async function dueDeliveries(db: Database, now: Date): Promise<string[]> {
  const rows = await db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.state, "waiting"), lte(webhookDeliveries.notBefore, now)))
    .orderBy(webhookDeliveries.notBefore)
    .limit(50);
  return rows.map(({ id }) => id);
}

/** One attempt. Whatever is no 2xx is tried again, ever later. */
export async function deliverOne(world: DeliverWorld, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock, pausesMs = PAUSES_MS } = world;
  const [row] = await db
    .select()
    .from(webhookDeliveries)
    .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
    .where(eq(webhookDeliveries.id, id));
  if (row?.webhook_deliveries.state !== "waiting") return;
  const { attempts } = row.webhook_deliveries;
  const outcome = await attempt(world, row, signal);
  // The process ends: nobody knows whether it arrived, and the next one sends it again.
  if (signal.aborted) return;
  const now = clock.now();
  const pause = pausesMs[attempts];
  const isDone = outcome.error === null;
  await db
    .update(webhookDeliveries)
    .set({
      ...outcome,
      attempts: attempts + 1,
      state: isDone ? "delivered" : pause === undefined || outcome.isFinal ? "failed" : "waiting",
      notBefore: new Date(now + (pause ?? 0)),
      updatedAt: new Date(now),
    })
    .where(eq(webhookDeliveries.id, id));
}

interface Row {
  webhooks: typeof webhooks.$inferSelect;
  webhook_deliveries: typeof webhookDeliveries.$inferSelect;
}

interface Outcome {
  status: number | null;
  error: string | null;
  isFinal?: boolean;
}

async function attempt(
  { box, clock, send }: DeliverWorld,
  { webhooks: hook, webhook_deliveries: item }: Row,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const timestamp = `${Math.floor(clock.now() / 1000)}`;
    const secret = box.open(hook.sealedSecret, secretContext(hook.id));
    const headers = {
      "x-easel-delivery": item.id,
      "x-easel-event": eventName(item.kind),
      "x-easel-timestamp": timestamp,
      "x-easel-signature": signatureOf(secret, timestamp, item.body),
    };
    const url = box.open(hook.url, addressContext(hook.id));
    const status = await send({ url, headers, body: item.body, signal });
    return { status, error: status >= 200 && status < 300 ? null : "upstream" };
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal";
    // An address inside the private network stays one; a secret that cannot be opened stays closed.
    return { status: null, error: code, isFinal: code === "forbidden" || code === "internal" };
  }
}
