import { index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./auth";

/** Pictures asked for. A row exists before the request leaves, so that a lost answer can be found by its task id. */
export const generations = pgTable(
  "generations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    /** Pictures outlive people. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    taskId: text("task_id").notNull().unique(),
    status: text("status", { enum: ["running", "succeeded", "failed"] }).notNull(),
    input: jsonb("input").$type<unknown>().notNull(),
    answer: jsonb("answer").$type<unknown>(),
    bucket: text("bucket"),
    keys: jsonb("keys").$type<string[]>().notNull().default([]),
    /** 64 bits: text, never a number. */
    seed: text("seed"),
    elapsedMs: integer("elapsed_ms"),
    /** An ErrorView. */
    error: jsonb("error").$type<unknown>(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (table) => [index("generations_service_time").on(table.connectionId, table.service, table.createdAt.desc())],
);
