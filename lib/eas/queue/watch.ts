import { WebSocket } from "ws";
import type { Clock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { gatewayUrl } from "@/lib/eas/gateway";
import { AppError } from "@/lib/errors";
import { toQueueError } from "./errors";
import { decodeFrame } from "./frames";
import type { QueueItem, WatchOptions } from "./types";

/** Items pushed over a WebSocket (reference: eas-gateway-and-queue.md §6.6). */

interface Watched {
  endpoint: string;
  token: string;
  headers: Readonly<Record<string, string>>;
  clock: Clock;
}

/** What the official clients do. */
const RECONNECT_MS = 1000;
const PING_MS = 2000;
/** A line on which nothing comes back for so long is dead. */
const SILENCE_MS = 10_000;
const WINDOW = 5;

/**
 * Yields items until the signal ends. A connection that ends is opened again, and what was not committed comes again; a
 * refusal that no repetition changes, such as a wrong token, ends it.
 */
export async function* watchQueue(
  connection: Connection,
  watched: Watched,
  options: WatchOptions,
): AsyncGenerator<QueueItem, void> {
  const { signal, onReconnect } = options;
  while (!signal.aborted) {
    let reason: unknown;
    try {
      yield* overOneConnection(connection, watched, options);
    } catch (error) {
      if (error instanceof AppError && !error.retryable) throw error;
      reason = error;
    }
    if (signal.aborted) return;
    onReconnect?.(reason);
    await watched.clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

async function* overOneConnection(
  connection: Connection,
  { endpoint, token, headers }: Watched,
  { window = WINDOW, tags = {}, signal }: WatchOptions,
): AsyncGenerator<QueueItem, void> {
  const query = new URLSearchParams({
    _watch_: "true",
    _index_: "0",
    _window_: String(window),
    _index_only_: "false",
    _auto_commit_: "false",
    ...tags,
  });
  const url = gatewayUrl(connection, endpoint, `?${query}`);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, {
    headers: { ...headers, authorization: token, accept: "application/vnd.google.protobuf" },
    followRedirects: false,
    handshakeTimeout: SILENCE_MS,
  });
  const items: QueueItem[] = [];
  let ended: { error?: unknown } | undefined;
  let notify = () => {};
  const end = (error?: unknown) => {
    ended ??= { error };
    notify();
  };
  let heardAt = Date.now();
  const heard = () => {
    heardAt = Date.now();
  };
  socket.on("message", (message) => {
    heard();
    try {
      items.push(decodeFrame(toBytes(message)));
    } catch (error) {
      end(error);
    }
    notify();
  });
  socket.on("pong", heard);
  socket.on("unexpected-response", (_, response) => {
    let bodyText = "";
    response.on("data", (chunk: Buffer) => {
      if (bodyText.length < 1000) bodyText += chunk.toString();
    });
    response.on("end", () => end(toQueueError({ status: response.statusCode ?? 0, bodyText })));
    response.on("error", end);
  });
  socket.on("error", (cause) => end(new AppError("network", { retryable: true, cause })));
  socket.on("close", () => end());
  const onAbort = () => end();
  signal.addEventListener("abort", onAbort, { once: true });
  const pinging = setInterval(() => {
    if (Date.now() - heardAt > SILENCE_MS) return end(new AppError("network", { retryable: true }));
    if (socket.readyState === WebSocket.OPEN) socket.ping("ping");
  }, PING_MS);
  try {
    for (;;) {
      const next = items.shift();
      if (next) yield next;
      else if (ended?.error !== undefined) throw ended.error;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
    }
  } finally {
    clearInterval(pinging);
    signal.removeEventListener("abort", onAbort);
    socket.on("error", () => undefined);
    socket.terminate();
  }
}

function toBytes(message: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(message)) return Buffer.concat(message);
  return message instanceof ArrayBuffer ? new Uint8Array(message) : message;
}
