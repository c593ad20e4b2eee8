import { jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** What holds for the whole installation. */
export const settings = pgTable("settings", {
  key: text("key").primaryKey(),
  value: jsonb("value").$type<unknown>().notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
});
