import type { ChecksumReply, ChecksumRequest } from "./checksum-worker";
import { combineCrc64 } from "./crc";
import type { Checksum, UploadBody } from "./types";

interface Waiting {
  resolve(crc64: string): void;
  reject(error: Error): void;
}

/** A whole file is summed in pieces, so that parts on their way need not wait for its end. */
const PIECE_BYTES = 16 * 1024 * 1024;

/**
 * Checksums computed beside the page; bytes in memory, which are few, in the page itself: to hand them to a worker costs ten
 * times their sum. One worker reads and sums twice as fast as six connections send on loopback, and one body after the other:
 * six that are read in turns cost a quarter more. It starts with the first blob and lives until `close`.
 */
export function createWorkerChecksum(): { checksum: Checksum; close(): void } {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 0;
  let here: Promise<Checksum> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" });
    started.onmessage = ({ data }: MessageEvent<ChecksumReply>) => {
      const entry = waiting.get(data.id);
      waiting.delete(data.id);
      if ("crc64" in data) entry?.resolve(data.crc64);
      else entry?.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
    };
    started.onerror = () => rejectAll("checksum worker failed");
    return started;
  }

  function rejectAll(message: string): void {
    for (const entry of waiting.values()) entry.reject(new Error(message));
    waiting.clear();
  }

  function ask(body: UploadBody): Promise<string> {
    worker ??= start();
    const running = worker;
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      running.postMessage({ id, body } satisfies ChecksumRequest);
    });
  }

  /** Whoever gave up while waiting for its turn costs nothing. */
  function inTurn(body: UploadBody, signal: AbortSignal): Promise<string> {
    const turn = last.then(() => {
      signal.throwIfAborted();
      return ask(body);
    });
    last = turn.catch(() => undefined);
    return orAborted(turn, signal);
  }

  return {
    async checksum(body, signal) {
      if (body instanceof ArrayBuffer) {
        here ??= import("./checksum").then(({ createBlobChecksum }) => createBlobChecksum());
        return (await here)(body, signal);
      }
      if (body.size <= PIECE_BYTES) return inTurn(body, signal);
      const pieces = [];
      for (let at = 0; at < body.size; at += PIECE_BYTES) {
        const piece = body.slice(at, at + PIECE_BYTES);
        pieces.push({ crc64: await inTurn(piece, signal), sizeBytes: piece.size });
      }
      return combineCrc64(pieces);
    },
    close() {
      worker?.terminate();
      worker = undefined;
      rejectAll("closed");
    },
  };
}

/** A file on a slow disk must not hold up who has given up. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
