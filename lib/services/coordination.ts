import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/store/database";
import type { Exchange, Lease } from "@/lib/store/exchange";
import { watchStates } from "@/lib/store/schema/watches";

/** A state as it is handed on: JSON text, under an id that grows with every change. */
export interface KeptState {
  id: number;
  text: string;
}

/** What watchers tell each other: something is new, nobody looks any more, somebody has acted. */
export const WATCH_NEWS = ["changed", "free", "poke"] as const;
export type WatchNews = (typeof WATCH_NEWS)[number];

/** How the watchers of several processes agree on who looks, and how the others see what that one saw. */
export interface Coordination {
  /** Undefined while another process looks. */
  lead(key: string): Promise<Lease | undefined>;
  /** Undefined when there is nothing newer than `after`. */
  read(key: string, after: number): Promise<KeptState | undefined>;
  write(key: string, text: string): Promise<number>;
  say(news: WatchNews, key: string): void;
  hear(listener: (news: WatchNews, key: string) => void): void;
}

/** One process by itself. */
export function alone(): Coordination {
  const held = new Set<string>();
  const listeners: Parameters<Coordination["hear"]>[0][] = [];
  // Ids go on growing over the life of the process, so that a reconnecting browser never sees one twice.
  let sequence = 0;
  return {
    async lead(key) {
      if (held.has(key)) return undefined;
      held.add(key);
      return { signal: new AbortController().signal, release: async () => void held.delete(key) };
    },
    read: async () => undefined,
    write: async () => ++sequence,
    say: (news, key) => {
      for (const listener of listeners) listener(news, key);
    },
    hear: (listener) => void listeners.push(listener),
  };
}

const NewsSchema = z.tuple([z.enum(WATCH_NEWS), z.string()]);
const TOPIC = "watch";

/** All processes on one database. */
export function shared(exchange: Exchange, db: Database): Coordination {
  return {
    lead: (key) => exchange.take(`watch:${key}`),
    async read(key, after) {
      const [row] = await db
        .select({ id: watchStates.id, text: watchStates.state })
        .from(watchStates)
        .where(and(eq(watchStates.key, key), gt(watchStates.id, after)));
      return row;
    },
    async write(key, text) {
      const values = { state: text, updatedAt: new Date() };
      const [row] = await db
        .insert(watchStates)
        .values({ key, id: 1, ...values })
        .onConflictDoUpdate({ target: watchStates.key, set: { ...values, id: sql`${watchStates.id} + 1` } })
        .returning({ id: watchStates.id });
      return row?.id ?? 1;
    },
    say(news, key) {
      // Whoever does not hear it finds out at the next look.
      exchange.publish(TOPIC, JSON.stringify([news, key])).catch(() => undefined);
    },
    hear(listener) {
      exchange.subscribe(TOPIC, (text) => {
        const said = NewsSchema.safeParse(JSON.parse(text));
        if (said.success) listener(...said.data);
      });
    },
  };
}
