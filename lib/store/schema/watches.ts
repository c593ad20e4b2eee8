import {
  bigint,
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { users } from "./auth";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What the process that looks at a service saw last, for all that look on. Whoever looks holds a lock of the key. */
export const watchStates = pgTable("watch_states", {
  key: text("key").primaryKey(),
  /** Grows by one with every change, whichever process looks. */
  id: bigint("id", { mode: "number" }).notNull(),
  /** A snapshot as JSON text: nothing asks into it. */
  state: text("state").notNull(),
  updatedAt: moment("updated_at").notNull(),
});

/** What happened to a service, as far as it was watched; EAS forgets its events after seven days. */
export const timelineEntries = pgTable(
  "timeline_entries",
  {
    id: bigserial("id", { mode: "bigint" }).primaryKey(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    at: moment("at").notNull(),
    kind: text("kind", { enum: ["event", "log", "action", "stage"] }).notNull(),
    level: text("level", { enum: ["info", "warning"] }).notNull(),
    /** EAS's reason, the landmark, the deed, the stage. */
    code: text("code").notNull(),
    params: jsonb("params").$type<unknown>().notNull().default({}),
    /** Somebody's own words: an event's message, a line of the log. */
    text: text("text").notNull().default(""),
    /** What makes it this one, so that it is written once however often it is seen. */
    fingerprint: text("fingerprint").notNull(),
  },
  (table) => [
    index("timeline_entries_service").on(table.connectionId, table.service, table.id.desc()),
    uniqueIndex("timeline_entries_fingerprint").on(table.connectionId, table.service, table.fingerprint),
  ],
);

/** How long the stages of starts took in this account: what is usual. */
export const stageDurations = pgTable(
  "stage_durations",
  {
    connectionId: text("connection_id").notNull(),
    serviceId: text("service_id").notNull(),
    /** When the start began that the stage belongs to. */
    startedAt: moment("started_at").notNull(),
    stage: text("stage").notNull(),
    durationMs: integer("duration_ms").notNull(),
    image: text("image").notNull(),
    instanceType: text("instance_type").notNull(),
    /** What decides how long loading takes: the size of the model and what is done with it. */
    modelClass: text("model_class").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.serviceId, table.startedAt, table.stage] }),
    index("stage_durations_like").on(table.connectionId, table.stage, table.instanceType),
  ],
);

/** Starts that somebody waits for: followed by the server until the service is ready, proven or has failed. */
export const followedStarts = pgTable(
  "followed_starts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    /** Why it is followed, and so what is to be told and done. */
    purpose: text("purpose", { enum: ["deploy", "start", "update", "roll_back", "restart", "prove"] }).notNull(),
    /** The version that is to take over; null where it is the one that is there. */
    version: integer("version"),
    /** Marks of the instances that a restart replaces; null for all other purposes. */
    replaced: jsonb("replaced").$type<string[]>(),
    /** Whether a first picture is to be made: it costs a little and was agreed to. */
    proof: text("proof", { enum: ["wanted", "unwanted"] }).notNull(),
    /** `asked`: the service is being created; what became of that is found out if nobody says so. */
    state: text("state", { enum: ["asked", "following", "over"] }).notNull(),
    /** What was told last, so that nothing is told twice. */
    told: text("told"),
    startedAt: moment("started_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [
    index("followed_starts_service").on(table.connectionId, table.service),
    index("followed_starts_state").on(table.state),
  ],
);

/** The picture that proves a version, or why there is none. */
export const firstPictures = pgTable(
  "first_pictures",
  {
    connectionId: text("connection_id").notNull(),
    service: text("service").notNull(),
    /** EAS's own id: another service of the same name has another one. */
    serviceId: text("service_id").notNull(),
    version: integer("version").notNull(),
    state: text("state", { enum: ["waiting", "making", "made", "failed"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    taskId: text("task_id"),
    bucket: text("bucket"),
    key: text("key"),
    elapsedMs: integer("elapsed_ms"),
    error: jsonb("error").$type<unknown>(),
    startedAt: moment("started_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.serviceId, table.version] })],
);
