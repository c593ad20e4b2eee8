import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import type pg from "pg";
import { z } from "zod";

/** Any number, the same in all versions: processes that start together migrate one after another. */
const LOCK = 4_710_277_301;

const JournalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

export class StoreError extends Error {
  override readonly name = "StoreError";
}

export const MIGRATIONS = join(process.cwd(), "lib/store/migrations");

/** Brings the store to this version. Returns how many migrations were applied. */
export async function migrate(pool: pg.Pool, folder = MIGRATIONS): Promise<number> {
  const client = await pool.connect();
  try {
    // A later process may have to wait for a long migration of an earlier one.
    await client.query("SET statement_timeout = 0");
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    try {
      const before = await appliedMigrations(client);
      const newest = Math.max(0, ...knownMigrations(folder));
      if (before.newest > newest) {
        throw new StoreError(
          "The store was written by a newer version of Easel. Start that version, or restore a backup made by this one.",
        );
      }
      await applyMigrations(drizzle(client), { migrationsFolder: folder });
      return (await appliedMigrations(client)).count - before.count;
    } finally {
      await client.query("SELECT pg_advisory_unlock($1)", [LOCK]);
    }
  } finally {
    // Not back into the pool: its time-out was lifted.
    client.release(true);
  }
}

/** When each migration of this version was written, the oldest first. */
export function knownMigrations(folder = MIGRATIONS): number[] {
  const journal = JournalSchema.parse(JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")));
  return journal.entries.map((entry) => entry.when);
}

/** When the newest migration of a store was written, as drizzle's journal counts; 0 for an empty one. */
export async function newestMigration(client: pg.ClientBase): Promise<number> {
  return (await appliedMigrations(client)).newest;
}

/** The table in which drizzle keeps its books. */
async function appliedMigrations(client: pg.ClientBase): Promise<{ count: number; newest: number }> {
  const exists = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') AS name");
  if (exists.rows[0]?.name === null) return { count: 0, newest: 0 };
  const { rows } = await client.query(
    "SELECT count(*)::int AS count, coalesce(max(created_at), 0)::text AS newest FROM drizzle.__drizzle_migrations",
  );
  return { count: rows[0]?.count ?? 0, newest: Number(rows[0]?.newest ?? 0) };
}
