import { eq } from "drizzle-orm";
import { accessOf, accessOfNobody } from "@/lib/auth/access";
import { can, roleIn } from "@/lib/auth/rights";
import type { Database } from "@/lib/store/database";
import { notices, webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { eventName, type NoticeKind } from "./kinds";

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
  const heard = await Promise.all(wanted.map(({ createdBy }) => mayHear(db, createdBy, told.connectionId)));
  const body = toBody({ id: `${notice?.id ?? ""}`, ...told, now });
  const rows = wanted.filter((_, index) => heard[index]).map(({ id }) => delivery(id, told.kind, body, now));
  if (rows.length > 0) await db.insert(webhookDeliveries).values(rows);
}

/** A webhook hears what whoever made it may see, as long as they may have one at all. */
async function mayHear(db: Database, createdBy: string | null, connectionId: string): Promise<boolean> {
  if (createdBy === null) return roleIn(await accessOfNobody(db), connectionId) !== undefined;
  const access = await accessOf(db, createdBy);
  return access !== undefined && can(access.role, "notifications.write") && roleIn(access, connectionId) !== undefined;
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
    event: eventName(kind),
    at: now.toISOString(),
    connection: connectionId,
    service,
    ...details,
  });
}
