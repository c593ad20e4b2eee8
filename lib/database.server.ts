import "server-only";
import { EnvError, env } from "@/lib/env";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import type { Database } from "@/lib/store/database";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { openStore, type Store } from "@/lib/store/pool";

export function store(): Store {
  return once("store", () => {
    const url = env().databaseUrl;
    // `npm start` and `npm run dev` start a database and hand its address down.
    if (!url) throw new EnvError("DATABASE_URL: is not set, and nobody has started the embedded database");
    return openStore(url, (error) => log.warn("database connection lost", { error }));
  });
}

export function database(): Database {
  return store().db;
}

/** What this process agrees on with the others on the same database. */
export function exchange(): Exchange {
  return once("exchange", () => openExchange(store().pool));
}
