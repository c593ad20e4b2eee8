import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/**
 * What people note of pictures. By task id, which is part of a picture's name and of its side-car: a gallery that is built
 * anew from the bucket has its stars and tags again.
 */
export const pictureStars = pgTable("picture_stars", {
  taskId: text("task_id").primaryKey(),
  starredAt: moment("starred_at").notNull().defaultNow(),
});

export const pictureTags = pgTable(
  "picture_tags",
  {
    taskId: text("task_id").notNull(),
    tag: text("tag").notNull(),
  },
  (table) => [primaryKey({ columns: [table.taskId, table.tag] }), index("picture_tags_tag").on(table.tag)],
);

/** The last walk through the result folders of a connection. Whoever works on one holds an advisory lock of its id. */
export const galleryRebuilds = pgTable("gallery_rebuilds", {
  connectionId: text("connection_id").primaryKey(),
  /** Another walk is another job, also for who still works on the one before. */
  id: uuid("id").notNull().defaultRandom(),
  state: text("state", { enum: ["waiting", "walking", "done", "failed", "cancelled"] })
    .notNull()
    .default("waiting"),
  /** `[{bucket, prefix, service, token?, done}]`, once they are known. */
  folders: jsonb("folders").$type<unknown>(),
  seen: integer("seen").notNull().default(0),
  added: integer("added").notNull().default(0),
  /** Of those added, pictures without a word of how they were made. */
  foreign: integer("foreign").notNull().default(0),
  attempts: integer("attempts").notNull().default(0),
  notBefore: moment("not_before"),
  cancelled: boolean("cancelled").notNull().default(false),
  /** An ErrorView. */
  error: jsonb("error").$type<unknown>(),
  by: text("by"),
  startedAt: moment("started_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});
