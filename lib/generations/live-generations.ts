import { and, desc, eq, gte, inArray, isNotNull, or } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import type { SseEvent } from "@/lib/sse";
import type { Exchange } from "@/lib/store/exchange";
import { generations } from "@/lib/store/schema/generations";
import { GENERATIONS_TOPIC, parseNews } from "./news";
import { OPEN_STATES } from "./states";
import { toGeneration } from "./to-generation";

/** What ended while a page was being loaded, or between two connections of its stream. */
const RECENT_MS = 30_000;
const MAX_AT_ONCE = 100;

/** The pictures of a service that are being made, and every change of one, as messages named `generations`: lists of views. */
export async function* liveGenerations(
  ctx: Pick<Context, "connection" | "db" | "oss" | "clock">,
  exchange: Pick<Exchange, "subscribe">,
  service: string,
  signal: AbortSignal,
): AsyncGenerator<SseEvent, void> {
  const changed = new Set<string>();
  let notify = () => {};
  const connectionId = ctx.connection.id;
  const unsubscribe = exchange.subscribe(GENERATIONS_TOPIC, (text) => {
    const news = parseNews(text);
    if (news?.connectionId !== connectionId || news.service !== service) return;
    // One that is new may be the first of several.
    changed.add(news.kind === "new" ? "" : news.id);
    notify();
  });
  const onAbort = () => notify();
  signal.addEventListener("abort", onAbort);
  const here = and(
    eq(generations.connectionId, connectionId),
    eq(generations.service, service),
    isNotNull(generations.input),
  );
  const read = async (which: ReturnType<typeof and>) => {
    // The newest are what nobody has heard of yet.
    const order = desc(generations.createdAt);
    const rows = await ctx.db.select().from(generations).where(and(here, which)).orderBy(order).limit(MAX_AT_ONCE);
    return Promise.all(rows.map((row) => toGeneration(ctx, row)));
  };
  const open = inArray(generations.status, [...OPEN_STATES]);
  try {
    const since = new Date(ctx.clock.now() - RECENT_MS);
    let list = await read(or(open, gte(generations.settledAt, since)));
    while (!signal.aborted) {
      if (list.length > 0) yield { event: "generations", data: JSON.stringify(list) };
      if (changed.size === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
      if (signal.aborted) return;
      const hasNew = changed.delete("");
      const ids = hasNew ? [] : [...changed].slice(0, MAX_AT_ONCE);
      for (const id of ids) changed.delete(id);
      list = hasNew ? await read(open) : await read(inArray(generations.id, ids));
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
