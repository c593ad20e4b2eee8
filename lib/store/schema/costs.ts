import { bigserial, boolean, doublePrecision, index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** How far the running times of a connection are counted. One process at a time counts, under a lock of its id. */
export const meterStates = pgTable("meter_states", {
  connectionId: text("connection_id").primaryKey(),
  region: text("region").notNull(),
  /** Before it nobody counted. */
  firstAt: moment("first_at"),
  /** The last reading that succeeded. */
  lastAt: moment("last_at"),
  attemptedAt: moment("attempted_at").notNull(),
  /** Why the last attempt failed, as an error's code. */
  error: text("error"),
});

/** A stretch in which an instance ran at one price: from EAS's own word or the first reading to the last one that saw it. */
export const instanceRuns = pgTable(
  "instance_runs",
  {
    id: bigserial("id", { mode: "bigint" }).primaryKey(),
    connectionId: text("connection_id").notNull(),
    serviceId: text("service_id").notNull(),
    service: text("service").notNull(),
    /** Whose service it was: a person here, else the account that made it elsewhere. */
    owner: text("owner").notNull(),
    instance: text("instance").notNull(),
    instanceType: text("instance_type"),
    /** On machines that are paid for apart, whatever runs on them. */
    ownResources: boolean("own_resources").notNull(),
    /** An hour of a spot instance, as EAS told; in the account's currency. */
    amountPerHour: doublePrecision("amount_per_hour"),
    /** When EAS says that it started; another time means another run of the same name. */
    startedAt: moment("started_at"),
    fromAt: moment("from_at").notNull(),
    untilAt: moment("until_at").notNull(),
    /** The first reading that did not find it; in between nobody knows. */
    goneAt: moment("gone_at"),
  },
  (table) => [index("instance_runs_gone").on(table.connectionId, table.goneAt)],
);

/** Times in which nobody counted: what began and ended within them is not known. */
export const readingGaps = pgTable(
  "reading_gaps",
  {
    id: bigserial("id", { mode: "bigint" }).primaryKey(),
    connectionId: text("connection_id").notNull(),
    fromAt: moment("from_at").notNull(),
    untilAt: moment("until_at").notNull(),
  },
  (table) => [index("reading_gaps_time").on(table.connectionId, table.untilAt)],
);
