import { date, doublePrecision, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** What instance types cost, as an operator wrote it down: of one account in one region, since both decide the price. */
export const priceLists = pgTable(
  "price_lists",
  {
    connectionId: text("connection_id").notNull(),
    region: text("region").notNull(),
    currency: text("currency").notNull(),
    /** Grows with every save. */
    revision: integer("revision").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true, mode: "date" }).notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.region] })],
);

export const prices = pgTable(
  "prices",
  {
    connectionId: text("connection_id").notNull(),
    region: text("region").notNull(),
    instanceType: text("instance_type").notNull(),
    /** The day from which it holds. */
    since: date("since", { mode: "string" }).notNull(),
    perHour: doublePrecision("per_hour").notNull(),
    source: text("source").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.region, table.instanceType, table.since] })],
);
