/** The audit as owners read it: newest first, by page, or whole as a file. */
import { and, desc, eq, gte, ilike, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/store/database";
import { auditEntries } from "@/lib/store/schema/audit";

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => !Number.isNaN(Date.parse(text)));
/** What somebody types into an address is not worth an error page: what cannot be meant is left out. */
const lenient = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);

export const AuditFilterSchema = z.object({
  /** In names, targets, addresses, actions and details. */
  q: lenient(z.string().trim().min(1).max(200)),
  /** The part of an action before its dot. */
  room: lenient(z.string().regex(/^[a-z]{1,40}$/)),
  person: lenient(z.string().trim().min(1).max(60)),
  /** Days in UTC, both included. */
  from: lenient(day),
  to: lenient(day),
});
export type AuditFilter = z.output<typeof AuditFilterSchema>;

export const AuditPageSchema = AuditFilterSchema.extend({
  /** The id of the last entry on the page before. */
  before: lenient(z.string().regex(/^\d{1,18}$/)),
});

export interface AuditView {
  /** 64 bits. */
  id: string;
  at: string;
  userName: string;
  action: string;
  target: string;
  connectionId: string | null;
  address: string;
  details: Record<string, unknown>;
}

const PAGE = 50;
const DAY_MS = 24 * 60 * 60 * 1000;

export async function listAudit(
  db: Database,
  { before, ...filter }: z.output<typeof AuditPageSchema>,
  size = PAGE,
): Promise<{ entries: AuditView[]; older?: string }> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(and(matching(filter), before ? lt(auditEntries.id, BigInt(before)) : undefined))
    .orderBy(desc(auditEntries.id))
    .limit(size + 1);
  const entries = rows.slice(0, size).map(
    ({ id, at, userName, action, target, connectionId, address, details }): AuditView => ({
      id: String(id),
      at: at.toISOString(),
      userName,
      action,
      target,
      connectionId,
      address,
      details,
    }),
  );
  return { entries, older: rows.length > size ? entries.at(-1)?.id : undefined };
}

/** The rooms and people that occur, for the filters. */
export async function auditFacets(db: Database): Promise<{ rooms: string[]; people: string[] }> {
  const room = sql<string>`split_part(${auditEntries.action}, '.', 1)`;
  const [rooms, people] = await Promise.all([
    db.selectDistinct({ room }).from(auditEntries).orderBy(room),
    db.selectDistinct({ name: auditEntries.userName }).from(auditEntries).orderBy(auditEntries.userName).limit(500),
  ]);
  return { rooms: rooms.map((row) => row.room), people: people.map((row) => row.name) };
}

/** All entries of a filter, page by page, so that a long audit costs no memory. */
export async function* eachAudit(db: Database, filter: AuditFilter, size = 500): AsyncGenerator<AuditView> {
  let before: string | undefined;
  do {
    const { entries, older } = await listAudit(db, { ...filter, before }, size);
    yield* entries;
    before = older;
  } while (before);
}

function matching({ q, room, person, from, to }: AuditFilter): SQL | undefined {
  const words = q?.split(/\s+/).map((word) => {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    const { userName, action, target, address, details } = auditEntries;
    return or(
      ...[userName, action, target, address].map((column) => ilike(column, pattern)),
      sql`${details}::text ILIKE ${pattern}`,
    );
  });
  return and(
    ...(words ?? []),
    room ? ilike(auditEntries.action, `${room}.%`) : undefined,
    person ? eq(auditEntries.userName, person) : undefined,
    from ? gte(auditEntries.at, new Date(from)) : undefined,
    to ? lt(auditEntries.at, new Date(Date.parse(to) + DAY_MS)) : undefined,
  );
}
