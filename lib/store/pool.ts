import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Database } from "./database";

export interface Store {
  pool: pg.Pool;
  db: Database;
}

/** A pool whose connections cannot hang a request for ever, and whose failures cannot end the process. */
export function openStore(url: string, onError: (error: Error) => void, max = 10): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: "easel",
    // A server that is gone without a word must not keep our locks and our ears.
    keepAlive: true,
  });
  // An idle client that loses its server emits `error`; unhandled, it would end the process.
  pool.on("error", onError);
  // One in use emits it too; its query fails as well, so it is reported there.
  pool.on("connect", (client) => client.on("error", () => {}));
  return { pool, db: drizzle(pool) };
}
