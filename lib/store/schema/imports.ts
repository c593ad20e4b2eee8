import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { users } from "./auth";

const bytes = (name: string) => bigint(name, { mode: "number" });
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Models on their way into a bucket without a browser. Whoever works on one holds an advisory lock of its id. */
export const imports = pgTable(
  "imports",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    connectionId: text("connection_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Sealed and bound to this row: an address may carry a signature or a token. */
    source: jsonb("source").$type<unknown>().notNull(),
    bucket: text("bucket").notNull(),
    /** Ends in `/`. */
    prefix: text("prefix").notNull(),
    folder: text("folder").notNull(),
    state: text("state").notNull().default("waiting"),
    /** Asked for by a person; the worker obeys at the next part. */
    cancelled: boolean("cancelled").notNull().default(false),
    attempts: integer("attempts").notNull().default(0),
    /** Not before this moment: the pause after an attempt that failed on the way. */
    notBefore: moment("not_before"),
    error: jsonb("error").$type<unknown>(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("imports_connection").on(table.connectionId, table.createdAt),
    index("imports_state").on(table.state),
  ],
);

/** The files of an import, once it is known what they are. */
export const importFiles = pgTable(
  "import_files",
  {
    importId: uuid("import_id")
      .notNull()
      .references(() => imports.id, { onDelete: "cascade" }),
    /** Below the model root. */
    path: text("path").notNull(),
    /** Where its bytes come from; sealed too. */
    source: jsonb("source").$type<unknown>().notNull(),
    sizeBytes: bytes("size_bytes"),
    doneBytes: bytes("done_bytes").notNull().default(0),
    /** The multipart upload that an earlier attempt began. */
    uploadId: text("upload_id"),
    /** Of the source, so that an upload is never continued with another version. */
    validator: text("validator"),
    /** Up to which part its sum is known, and the state of the sum there. */
    sumParts: integer("sum_parts"),
    sumState: text("sum_state"),
    done: boolean("done").notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.importId, table.path] })],
);

/**
 * What came out of an archive, or is on its way from it. An archive begins anew after a break: what this import itself has
 * stored is not sent again, and what it had begun is thrown away.
 */
export const importEntries = pgTable(
  "import_entries",
  {
    importId: uuid("import_id")
      .notNull()
      .references(() => imports.id, { onDelete: "cascade" }),
    /** Below the model root. */
    path: text("path").notNull(),
    uploadId: text("upload_id"),
    /** Of the object that was stored; absent while it is on its way. */
    etag: text("etag"),
  },
  (table) => [primaryKey({ columns: [table.importId, table.path] })],
);
