import { onLeave } from "@/lib/leaving";
import { metrics } from "@/lib/metrics";

/**
 * Server-sent events. Browsers allow six connections a host, so a stream ends after some minutes and the browser comes
 * back by itself: nothing leaks for a tab that was forgotten.
 */

export interface SseEvent {
  /** Comes back as `Last-Event-ID` after a reconnect. */
  id?: string | number;
  /** `message` when absent. */
  event?: string;
  /** JSON, on one line. */
  data: string;
}

export interface SseOptions {
  signal: AbortSignal;
  /** Asked with every sign of life: rights may be taken away while a stream is open. */
  mayGoOn?: () => Promise<boolean>;
  heartbeatMs?: number;
  lifetimeMs?: number;
  /** How long the browser waits before it connects again. */
  retryMs?: number;
}

const HEARTBEAT_MS = 15_000;
const LIFETIME_MS = 10 * 60_000;
const RETRY_MS = 2_000;
/** After the end of a console its browsers come back spread over this time, to the next one or to itself. */
const LEAVING_RETRY_MS = { least: 500, most: 2_500 } as const;

export function formatSse({ id, event, data }: SseEvent): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`),
  ];
  return `${lines.join("\n")}\n\n`;
}

/**
 * Streams what `open` yields. Its signal ends with the request, with the reader, and with the lifetime. An error closes
 * the stream; the browser tries again after `retryMs`. When the process ends, the stream says when to come back, and ends.
 */
export function sseResponse(open: (signal: AbortSignal) => AsyncIterable<SseEvent>, options: SseOptions): Response {
  const { signal, mayGoOn, heartbeatMs = HEARTBEAT_MS, lifetimeMs = LIFETIME_MS, retryMs = RETRY_MS } = options;
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, closing.signal]);
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  let lifetime: NodeJS.Timeout | undefined;
  let isOpen = false;
  let stay = () => {};
  const stop = () => {
    if (isOpen) metrics().streams.dec();
    isOpen = false;
    stay();
    clearInterval(heartbeat);
    clearTimeout(lifetime);
    closing.abort();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      metrics().streams.inc();
      isOpen = true;
      const send = (text: string) => {
        if (!ended.aborted) controller.enqueue(encoder.encode(text));
      };
      send(`retry: ${retryMs}\n\n`);
      const beat = async () => {
        // A store that does not answer takes no right away.
        if ((await mayGoOn?.().catch(() => true)) ?? true) send(": still here\n\n");
        else stop();
      };
      heartbeat = setInterval(() => void beat(), heartbeatMs);
      lifetime = setTimeout(stop, lifetimeMs);
      stay = onLeave(() => {
        const { least, most } = LEAVING_RETRY_MS;
        send(`retry: ${Math.round(least + Math.random() * (most - least))}\n\n`);
        stop();
      });
      pump(open(ended), send)
        .catch((error: unknown) => {
          if (!ended.aborted) throw error;
        })
        .then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        )
        // The reader may have gone first.
        .catch(() => undefined)
        .finally(stop);
    },
    cancel: stop,
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

async function pump(events: AsyncIterable<SseEvent>, send: (text: string) => void): Promise<void> {
  for await (const event of events) send(formatSse(event));
}
