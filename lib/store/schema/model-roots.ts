import { jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** Model roots that were checked where they lie: what was found, and what was there then. */
export const modelRoots = pgTable(
  "model_roots",
  {
    connectionId: text("connection_id").notNull(),
    bucket: text("bucket").notNull(),
    /** Ends in `/`. */
    prefix: text("prefix").notNull(),
    /** The check's verdict in short. */
    verdict: jsonb("verdict").$type<unknown>().notNull(),
    /** The objects below the prefix at that moment, so that a later look can tell what changed. */
    manifest: jsonb("manifest").$type<unknown>().notNull(),
    checkedBy: text("checked_by").notNull(),
    checkedAt: timestamp("checked_at", { withTimezone: true, mode: "date" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.bucket, table.prefix] })],
);
