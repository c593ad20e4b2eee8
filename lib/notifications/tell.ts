import { eq } from "drizzle-orm";
import { accessOf } from "@/lib/auth/access";
import { roleIn } from "@/lib/auth/rights";
import type { Database } from "@/lib/store/database";
import { notices, webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import type { NoticeKind } from "./kinds";

export interface Told {
  connectionId: string;
  service: string;
  kind: NoticeKind;
  /** `reason`: a code of ours; `message`: somebody else's words. */
  details: Record<string, string>;
  now: Date;
}

/** Writes down that something happened, and what is to be sent of it: both or neither. */
export async function tell(db: Database, { now, ...told }: Told): Promise<void> {
  const [notice] = await db
    .insert(notices)
    .values({ ...told, at: now })
    .returning({ id: notices.id });
  const enabled = await db.select().from(webhooks).where(eq(webhooks.enabled, true));
  const wanted = enabled.filter(({ kinds }) => kinds.includes(told.kind));
  // A webhook hears what whoever made it may see.
  const mayHear = await Promise.all(
    wanted.map(async ({ createdBy }) => roleIn(await accessOf(db, createdBy), told.connectionId) !== undefined),
  );
  const body = toBody({ id: `${notice?.id ?? ""}`, ...told, now });
  const rows = wanted.filter((_, index) => mayHear[index]).map(({ id }) => delivery(id, told.kind, body, now));
  if (rows.length > 0) await db.insert(webhookDeliveries).values(rows);
}

export function delivery(webhookId: string, kind: string, body: string, now: Date) {
  return { webhookId, kind, body, state: "waiting" as const, notBefore: now, createdAt: now, updatedAt: now };
}

/** What is sent, and signed: names that others rely on. */
export function toBody({
  id,
  kind,
  connectionId,
  service,
  details,
  now,
}: Omit<Told, "kind"> & { id: string; kind: string }): string {
  return JSON.stringify({
    id,
    event: kind === "budget" ? "costs.budget" : `service.${kind}`,
    at: now.toISOString(),
    connection: connectionId,
    service,
    ...details,
  });
}
