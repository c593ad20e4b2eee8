import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/store/database";
import { firstPictures } from "@/lib/store/schema/watches";
import type { Snapshot } from "./snapshot";

export type FirstPicture = NonNullable<Snapshot["firstPicture"]>;

/** A version of a service, told from another service of the same name. */
export interface Version {
  connectionId: string;
  service: string;
  serviceId: string;
  version: number;
}

const ErrorSchema = z.object({ code: z.string(), message: z.string() });

export async function readFirstPicture(
  db: Database,
  connectionId: string,
  serviceId: string,
  version: number,
): Promise<FirstPicture | undefined> {
  const [row] = await db
    .select()
    .from(firstPictures)
    .where(
      and(
        eq(firstPictures.connectionId, connectionId),
        eq(firstPictures.serviceId, serviceId),
        eq(firstPictures.version, version),
      ),
    );
  if (!row) return undefined;
  return {
    state: row.state,
    version: row.version,
    attempts: row.attempts,
    startedAt: row.startedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    taskId: row.taskId ?? undefined,
    elapsedMs: row.elapsedMs ?? undefined,
    error: ErrorSchema.safeParse(row.error).data,
  };
}

export type StoredFirstPicture = typeof firstPictures.$inferSelect;

/** Of all versions of a service. */
export function listFirstPictures(
  db: Database,
  connectionId: string,
  serviceId: string,
): Promise<StoredFirstPicture[]> {
  return db
    .select()
    .from(firstPictures)
    .where(and(eq(firstPictures.connectionId, connectionId), eq(firstPictures.serviceId, serviceId)));
}

type Change = Partial<
  Pick<
    typeof firstPictures.$inferInsert,
    "state" | "attempts" | "taskId" | "bucket" | "key" | "elapsedMs" | "error" | "startedAt"
  >
>;

export async function saveFirstPicture(db: Database, version: Version, change: Change, now: Date): Promise<void> {
  const set = { ...change, updatedAt: now };
  await db
    .insert(firstPictures)
    .values({ state: "waiting", startedAt: now, ...version, ...set })
    .onConflictDoUpdate({
      target: [firstPictures.connectionId, firstPictures.serviceId, firstPictures.version],
      set: { ...set, service: sql`excluded.service` },
    });
}
