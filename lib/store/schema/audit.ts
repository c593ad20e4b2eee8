import { bigserial, index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Who did what. Append-only for the application; the name is kept because people may be removed. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigserial("id", { mode: "bigint" }).primaryKey(),
    at: timestamp("at", { withTimezone: true, mode: "date" }).notNull(),
    userId: uuid("user_id"),
    userName: text("user_name").notNull(),
    /** e.g. `auth.sign_in`, `services.create`, `services.reveal_token`. */
    action: text("action").notNull(),
    target: text("target").notNull(),
    connectionId: text("connection_id"),
    address: text("address").notNull(),
    details: jsonb("details").$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index("audit_entries_at").on(table.at.desc())],
);
