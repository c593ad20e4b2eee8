import { bigserial, boolean, index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./auth";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What people are told about services: ready, failed, stuck. */
export const notices = pgTable(
  "notices",
  {
    id: bigserial("id", { mode: "bigint" }).primaryKey(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    kind: text("kind", {
      enum: ["ready", "failed", "stuck", "idle", "idle_stopped", "unused", "budget", "test"],
    }).notNull(),
    details: jsonb("details").$type<unknown>().notNull().default({}),
    at: moment("at").notNull(),
  },
  (table) => [index("notices_at").on(table.at.desc())],
);

/** Addresses outside that are told the same. */
export const webhooks = pgTable("webhooks", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  /** Sealed too: chat services put a key into it. */
  url: text("url").notNull(),
  /** The key that bodies are signed with, under AES-256-GCM, bound to this row's id. */
  sealedSecret: text("sealed_secret").notNull(),
  kinds: jsonb("kinds").$type<string[]>().notNull(),
  enabled: boolean("enabled").notNull().default(true),
  createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
  createdAt: moment("created_at").notNull(),
});

/** Each sending, with what came of it. Whoever sends holds a lock of its id. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    webhookId: uuid("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    kind: text("kind").notNull(),
    /** The very bytes that are signed. */
    body: text("body").notNull(),
    state: text("state", { enum: ["waiting", "delivered", "failed"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** Not before this moment: the pause after an attempt that failed. */
    notBefore: moment("not_before").notNull(),
    status: integer("status"),
    /** Why the last attempt failed, as an error's code. */
    error: text("error"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("webhook_deliveries_webhook").on(table.webhookId, table.createdAt.desc()),
    index("webhook_deliveries_state").on(table.state, table.notBefore),
  ],
);
