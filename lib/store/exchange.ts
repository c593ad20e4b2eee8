import type pg from "pg";
import { z } from "zod";

/**
 * How the processes on one database agree: who does what must be done once (advisory locks, which PostgreSQL itself gives
 * back when a process is gone) and what the others must hear (LISTEN/NOTIFY). All of it goes over one connection a process:
 * while that is lost nothing is held.
 */
export interface Exchange {
  /** Undefined while another process, or this one, holds it. Rejects when the database does not answer. */
  take(name: string): Promise<Lease | undefined>;
  /** At most 8000 bytes: tell an id, let the others read the row. */
  publish(topic: string, text: string): Promise<void>;
  /** Messages of all processes, one's own included. What was said while the connection was lost is not told again. */
  subscribe(topic: string, listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

export interface Lease {
  /** Ends when the lock is lost against our will. */
  signal: AbortSignal;
  release(): Promise<void>;
}

/** The one channel that all processes listen to. */
export const CHANNEL = "easel";
const RECONNECT_MS = 500;
const MessageSchema = z.tuple([z.string(), z.string()]);

interface Session {
  client: pg.PoolClient;
  /** One query at a time: a client of its own has no queue that one should rely on. */
  last: Promise<unknown>;
  leases: Map<string, AbortController>;
  ended: boolean;
  end(error?: Error): void;
}

export function openExchange(pool: pg.Pool): Exchange {
  const listeners = new Map<string, Set<(text: string) => void>>();
  const held = new Set<string>();
  let opening: Promise<Session> | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  function hear(payload: string | undefined): void {
    const message = MessageSchema.safeParse(parse(payload ?? ""));
    if (!message.success) return;
    const [topic, text] = message.data;
    for (const listener of [...(listeners.get(topic) ?? [])]) listener(text);
  }

  async function open(): Promise<Session> {
    const client = await pool.connect();
    const onMessage = ({ payload }: pg.Notification) => hear(payload);
    const onError = (error: Error) => session.end(error);
    const onEnd = () => session.end();
    const session: Session = {
      client,
      last: Promise.resolve(),
      leases: new Map(),
      ended: false,
      end(error = new Error("the exchange is closed")) {
        if (session.ended) return;
        session.ended = true;
        held.clear();
        for (const lease of session.leases.values()) lease.abort(error);
        client.off("notification", onMessage);
        client.off("error", onError);
        client.off("end", onEnd);
        opening = undefined;
        // It may hold locks and listens: not back into the pool.
        client.release(true);
        if (!closed && listeners.size > 0) retry = setTimeout(keepListening, RECONNECT_MS);
      },
    };
    client.on("notification", onMessage);
    client.on("error", onError);
    client.on("end", onEnd);
    try {
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      session.end(error instanceof Error ? error : undefined);
      throw error;
    }
    if (closed) session.end();
    return session;
  }

  function connected(): Promise<Session> {
    if (closed) return Promise.reject(new Error("the exchange is closed"));
    if (!opening) {
      const attempt = open();
      opening = attempt;
      attempt.catch(() => {
        if (opening === attempt) opening = undefined;
      });
    }
    return opening;
  }

  function keepListening(): void {
    clearTimeout(retry);
    if (closed || listeners.size === 0) return;
    connected().catch(() => {
      if (!closed) retry = setTimeout(keepListening, RECONNECT_MS);
    });
  }

  function ask<T extends pg.QueryResultRow>(session: Session, text: string, values: string[]): Promise<T[]> {
    const asked = session.last.then(async () => (await session.client.query<T>(text, values)).rows);
    session.last = asked.catch(() => undefined);
    return asked;
  }

  async function takeFrom(session: Session, name: string): Promise<Lease | undefined> {
    const sql = "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ok";
    const [row] = await ask<{ ok: boolean }>(session, sql, [name]);
    if (!row?.ok) return undefined;
    const lease = new AbortController();
    session.leases.set(name, lease);
    return {
      signal: lease.signal,
      async release() {
        if (!session.leases.delete(name)) return;
        await ask(session, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch((error: unknown) =>
          session.end(error instanceof Error ? error : undefined),
        );
        if (!session.ended) held.delete(name);
      },
    };
  }

  return {
    async take(name) {
      // PostgreSQL would grant a lock again to the session that has it.
      if (held.has(name)) return undefined;
      held.add(name);
      try {
        const session = await connected();
        const lease = await takeFrom(session, name);
        if (!lease) held.delete(name);
        return lease;
      } catch (error) {
        held.delete(name);
        throw error;
      }
    },
    async publish(topic, text) {
      await pool.query("SELECT pg_notify($1, $2)", [CHANNEL, JSON.stringify([topic, text])]);
    },
    subscribe(topic, listener) {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      keepListening();
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(topic) === all) listeners.delete(topic);
      };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      const session = await opening?.catch(() => undefined);
      session?.end();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
