import { index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./auth";

/** Prefixes that a person was allowed to write to: signing routes serve nothing outside them. */
export const uploads = pgTable(
  "uploads",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    bucket: text("bucket").notNull(),
    /** Ends in `/`. */
    prefix: text("prefix").notNull(),
    /** The browser that sends, or the page where its tabs cannot keep out of each other's way by themselves. */
    device: text("device"),
    /** When its page was last heard of. */
    seenAt: timestamp("seen_at", { withTimezone: true, mode: "date" }),
    /** Finished or cancelled. */
    endedAt: timestamp("ended_at", { withTimezone: true, mode: "date" }),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (table) => [index("uploads_user_connection").on(table.userId, table.connectionId)],
);
