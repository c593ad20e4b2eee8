import { doublePrecision, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What the idle guard does in a connection where a service's labels say nothing. */
export const guardDefaults = pgTable("guard_defaults", {
  connectionId: text("connection_id").primaryKey(),
  mode: text("mode", { enum: ["off", "warn", "stop"] }).notNull(),
  idleMinutes: integer("idle_minutes").notNull(),
  /** After how many days a service that was stopped for it is brought to mind; 0 = never. */
  remindDays: integer("remind_days").notNull(),
});

/** How far the guard is with a service. Written only under the connection's lock, but for `keepUntil`. */
export const guardStates = pgTable(
  "guard_states",
  {
    connectionId: text("connection_id").notNull(),
    serviceId: text("service_id").notNull(),
    service: text("service").notNull(),
    stage: text("stage", { enum: ["watching", "warned", "stopping", "stopped", "reminded"] }).notNull(),
    reason: text("reason", { enum: ["idle", "ttl"] }),
    idleSince: moment("idle_since"),
    /** When it will stop the service; absent while something is against it. */
    stopsAt: moment("stops_at"),
    /** Why it leaves the service alone. */
    heldBy: text("held_by"),
    warnedAt: moment("warned_at"),
    stoppedAt: moment("stopped_at"),
    /** A person wants it to run until then. */
    keepUntil: moment("keep_until"),
    checkedAt: moment("checked_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.serviceId] })],
);

/** What a connection's services may cost in a month before somebody is told. */
export const budgets = pgTable("budgets", {
  connectionId: text("connection_id").primaryKey(),
  amount: doublePrecision("amount").notNull(),
});

/** What was told already: each share of a month's budget once. */
export const budgetAlarms = pgTable(
  "budget_alarms",
  {
    connectionId: text("connection_id").notNull(),
    /** `2026-12`. */
    month: text("month").notNull(),
    percent: integer("percent").notNull(),
    at: moment("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.month, table.percent] })],
);
