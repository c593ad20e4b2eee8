import type { NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import type { PgDatabase } from "drizzle-orm/pg-core";

/** The store, or a transaction in it: a verb takes either, so that callers can pass `tx` down. */
export type Database = PgDatabase<NodePgQueryResultHKT, Record<string, never>>;
