import type { Context } from "@/lib/context.server";
import { GENERATIONS_TOPIC, parseNews } from "@/lib/generations/news";
import type { SseEvent } from "@/lib/sse";
import type { Exchange } from "@/lib/store/exchange";

/** However much happens, a page that looks again once a second misses nothing. */
const PAUSE_MS = 1_000;

/** A message `gallery` whenever pictures of a connection came, changed or went. */
export async function* liveGallery(
  { connection, clock }: Pick<Context, "connection" | "clock">,
  exchange: Pick<Exchange, "subscribe">,
  signal: AbortSignal,
): AsyncGenerator<SseEvent, void> {
  const connectionId = connection.id;
  let hasNews = false;
  let notify = () => {};
  const unsubscribe = exchange.subscribe(GENERATIONS_TOPIC, (text) => {
    const news = parseNews(text);
    if (news?.connectionId !== connectionId || news.kind !== "changed") return;
    hasNews = true;
    notify();
  });
  const onAbort = () => notify();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (!hasNews)
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      if (signal.aborted) return;
      hasNews = false;
      yield { event: "gallery", data: "{}" };
      await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
