import { index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./auth";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Pictures that were asked for together: a grid over parameters, a batch of rows, a rerun of golden prompts, one wish to several services. */
export const sheets = pgTable(
  "sheets",
  {
    id: uuid("id").primaryKey(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    userName: text("user_name"),
    kind: text("kind", { enum: ["grid", "batch", "golden", "services"] }).notNull(),
    /** What stands beside its rows and above its columns. */
    labels: jsonb("labels").$type<unknown>().notNull(),
    /** Of its pictures, row by row. One that was tried again has the number of the newest attempt. */
    taskIds: jsonb("task_ids").$type<string[]>().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("sheets_service_time").on(table.connectionId, table.service, table.createdAt.desc())],
);

/** Settings that a service is tried with again and again, to see what an update changed. */
export const goldenPrompts = pgTable(
  "golden_prompts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    userName: text("user_name"),
    /** With its seed. */
    input: jsonb("input").$type<unknown>().notNull(),
    /** The newest picture of it that somebody accepted, with which the next one is compared. */
    taskId: text("task_id").notNull(),
    /** The service's version that made it; absent where that is not known. */
    version: integer("version"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("golden_prompts_service").on(table.connectionId, table.service, table.createdAt)],
);
