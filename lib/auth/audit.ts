import type { Clock } from "@/lib/clock";
import type { Database } from "@/lib/store/database";
import { auditEntries } from "@/lib/store/schema/audit";

export interface AuditEntry {
  /** `room.deed`, e.g. `auth.sign_in`. */
  action: string;
  target: string;
  user: { id?: string; name: string; via?: string };
  address: string;
  connectionId?: string;
  /** Never a secret. */
  details?: Record<string, unknown>;
  /** When it was not just now. */
  at?: Date;
}

export async function writeAudit(db: Database, clock: Clock, { user, at, ...entry }: AuditEntry): Promise<void> {
  await db.insert(auditEntries).values({
    ...entry,
    at: at ?? new Date(clock.now()),
    userId: user.id,
    userName: user.name,
    details: { ...entry.details, ...(user.via ? { token: user.via } : {}) },
  });
}
