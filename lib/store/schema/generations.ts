import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { users } from "./auth";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Pictures asked for. A row exists before the request leaves, so that a lost answer can be found by its task id. */
export const generations = pgTable(
  "generations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    /** Pictures outlive people. Absent for those that the console itself asked for. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    /** What they were called then. */
    userName: text("user_name"),
    purpose: text("purpose", { enum: ["person", "proof"] })
      .notNull()
      .default("person"),
    taskId: text("task_id").notNull(),
    /** `running`: a call that is answered at once is under way; `queued`: handed to the service's queue, or about to be. */
    status: text("status", {
      enum: ["waiting", "queued", "running", "succeeded", "failed", "cancelled"],
    }).notNull(),
    /** Why it goes on waiting. */
    waitReason: text("wait_reason", { enum: ["queue_full", "busy", "not_ready", "unreachable", "searching"] }),
    /** The first time that the service would not take it; waiting has an end. */
    refusedAt: moment("refused_at"),
    /** Null for pictures that other clients made: found in the bucket, with no word of how. */
    input: jsonb("input").$type<unknown>(),
    /** What was sent, word for word. */
    request: jsonb("request").$type<unknown>(),
    /** Of the service at that moment: its version, image and model. */
    served: jsonb("served").$type<unknown>(),
    answer: jsonb("answer").$type<unknown>(),
    bucket: text("bucket"),
    keys: jsonb("keys").$type<string[]>().notNull().default([]),
    /** 64 bits: text, never a number. */
    seed: text("seed"),
    elapsedMs: integer("elapsed_ms"),
    /** An ErrorView. */
    error: jsonb("error").$type<unknown>(),
    /** The queue's names for it. */
    requestId: text("request_id"),
    queueIndex: text("queue_index"),
    /** How many are ahead of it in the queue. */
    place: integer("place"),
    /** The service has taken it from its queue. */
    working: boolean("working").notNull().default(false),
    /** No answer came; the picture was found by its task id. */
    recovered: boolean("recovered").notNull().default(false),
    /** The JSON beside the picture; null while there is none to write. */
    sideCar: text("side_car", { enum: ["due", "written", "refused"] }),
    createdAt: moment("created_at").notNull().defaultNow(),
    sentAt: moment("sent_at"),
    settledAt: moment("settled_at"),
    func: text("func").generatedAlwaysAs(sql`input->>'func'`),
    /** `bucket/folder` of the model root. */
    model: text("model").generatedAlwaysAs(sql`served->'model'->>'bucket' || '/' || (served->'model'->>'folder')`),
    /** As its file says, where no record does: a picture of another client. */
    measured: jsonb("measured").$type<{ width: number; height: number }>(),
    /**
     * The shape of its tile, width by height in thousandths, known before any picture is loaded. What shows words instead of
     * a picture is square. The arithmetic is that of `resultSize` in lib/playground/limits.ts.
     */
    aspect: integer("aspect").generatedAlwaysAs(
      sql`case
        when status = 'failed' or answer->'isNsfw' @> '[true]' then 1000
        when measured is not null then round(1000 * (measured->>'width')::numeric / nullif((measured->>'height')::numeric, 0))
        when input->>'func' = 'outpaint' then round(1000 *
          div((input#>>'{image,width}')::numeric + (input#>>'{expand,left}')::numeric + (input#>>'{expand,right}')::numeric, 32) /
          nullif(div((input#>>'{image,height}')::numeric + (input#>>'{expand,up}')::numeric + (input#>>'{expand,down}')::numeric, 32), 0))
        when input->>'func' in ('i2i', 'inpaint') then round(1000 *
          div((input->>'width')::numeric, 32) / nullif(div((input->>'height')::numeric, 32), 0))
        else round(1000 * (input->>'width')::numeric / nullif((input->>'height')::numeric, 0))
      end`,
    ),
    /** What a search looks through: prompts as typed and as drawn, and the picture's name. */
    search: text("search").generatedAlwaysAs(
      sql`lower(coalesce(input->>'prompt', '') || E'\\n' || coalesce(input->>'negativePrompt', '') || E'\\n' || coalesce(answer->>'prompt', '') || E'\\n' || regexp_replace(coalesce(keys->>0, ''), '^.*/', ''))`,
    ),
  },
  (table) => [
    // One bucket may be looked at through several connections.
    unique("generations_task").on(table.connectionId, table.taskId),
    index("generations_gallery").on(table.connectionId, table.createdAt, table.id),
    index("generations_keys").using("gin", table.keys),
    index("generations_service_time").on(table.connectionId, table.service, table.createdAt.desc()),
    index("generations_request").on(table.connectionId, table.service, table.requestId),
    index("generations_open")
      .on(table.connectionId, table.service)
      .where(sql`status IN ('waiting', 'queued', 'running') OR side_car = 'due'`),
  ],
);

/** What an operator decided for the queue of one service. */
export const queueSettings = pgTable(
  "queue_settings",
  {
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    /** Take answers out that no request of ours asked for, and keep them; otherwise they stay for whoever did. */
    keepUnclaimed: boolean("keep_unclaimed").notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.service] })],
);

/** Answers from a service's output queue that belong to no request of ours. */
export const unclaimedAnswers = pgTable(
  "unclaimed_answers",
  {
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    /** By the queue's own id, so that an answer that is delivered twice is kept once. */
    requestId: text("request_id").notNull(),
    tags: jsonb("tags").$type<Record<string, string>>().notNull(),
    /** As it came. */
    body: text("body").notNull(),
    prompt: text("prompt"),
    bucket: text("bucket"),
    keys: jsonb("keys").$type<string[]>().notNull().default([]),
    receivedAt: moment("received_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.service, table.requestId] })],
);
