import type pg from "pg";
import { type ImportWorld, runImport } from "./run-import";
import { dueImports } from "./store";

export interface ImportRunner {
  /** Something new is waiting: look at once. */
  poke(): void;
  /** Ends the work of this process; the imports stay as they are. */
  stop(): Promise<void>;
}

export interface RunnerOptions {
  pool: pg.Pool;
  world: ImportWorld;
  onError(error: unknown): void;
  /** A look costs one short query. */
  everyMs?: number;
}

/** More would share one line; each may hold two parts of 16 MiB in memory. */
const AT_ONCE = 2;
const EVERY_MS = 2_000;

/**
 * Takes up imports wherever they stopped. Several processes may do so side by side: each import is worked on by whoever holds
 * its advisory lock, which PostgreSQL itself gives back when that process is gone.
 */
export function startImportRunner({ pool, world, onError, everyMs = EVERY_MS }: RunnerOptions): ImportRunner {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let wake: () => void = () => undefined;

  async function tryRun(id: string): Promise<void> {
    const client = await pool.connect();
    const lost = new AbortController();
    const onLost = () => lost.abort(new Error("the database connection, and with it the lock, is lost"));
    client.on("error", onLost);
    let broken: Error | undefined;
    try {
      const { rows } = await client.query<{ ok: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended('import:' || $1, 0)) AS ok",
        [id],
      );
      if (!rows[0]?.ok) return;
      await runImport(world, id, AbortSignal.any([stopping.signal, lost.signal]));
      await client.query("SELECT pg_advisory_unlock(hashtextextended('import:' || $1, 0))", [id]);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      if (!stopping.signal.aborted) onError(error);
    } finally {
      client.off("error", onLost);
      // A client that may still hold the lock must not go back into the pool.
      client.release(broken);
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const due = await dueImports(world.db, new Date(world.clock.now()));
        for (const id of due) {
          if (running.size >= AT_ONCE) break;
          if (running.has(id)) continue;
          running.set(
            id,
            tryRun(id).finally(() => {
              running.delete(id);
              wake();
            }),
          );
        }
      } catch (error) {
        if (!stopping.signal.aborted) onError(error);
      }
      await nap();
    }
  }

  /** Until something may have changed. */
  async function nap(): Promise<void> {
    const waking = new AbortController();
    wake = () => waking.abort(new Error("awake"));
    await world.clock.sleep(everyMs, AbortSignal.any([waking.signal, stopping.signal])).catch(() => undefined);
  }

  const looping = loop();
  return {
    poke: () => wake(),
    async stop() {
      stopping.abort(new Error("the process ends"));
      await looping;
      await Promise.all(running.values());
    },
  };
}
