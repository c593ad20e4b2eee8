import type { ChecksumReply, ChecksumRequest } from "./checksum-worker";
import type { Checksum } from "./types";

interface Waiting {
  resolve(crc64: string): void;
  reject(error: Error): void;
}

/**
 * Checksums computed beside the page; bytes in memory, which are few, in the page itself: to hand them to a worker costs ten
 * times their sum. One worker reads and sums twice as fast as six connections send on loopback; a second
 * one only costs memory. It starts with the first blob and lives until `close`.
 */
export function createWorkerChecksum(): { checksum: Checksum; close(): void } {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 0;
  let here: Promise<Checksum> | undefined;

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

  return {
    async checksum(body, signal) {
      if (body instanceof ArrayBuffer) {
        here ??= import("./checksum").then(({ createBlobChecksum }) => createBlobChecksum());
        return (await here)(body, signal);
      }
      worker ??= start();
      const running = worker;
      const id = nextId++;
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          waiting.delete(id);
          reject(signal.reason);
        };
        const end = () => signal.removeEventListener("abort", onAbort);
        signal.addEventListener("abort", onAbort, { once: true });
        waiting.set(id, {
          resolve: (crc64) => {
            end();
            resolve(crc64);
          },
          reject: (error) => {
            end();
            reject(error);
          },
        });
        running.postMessage({ id, body } satisfies ChecksumRequest);
      });
    },
    close() {
      worker?.terminate();
      worker = undefined;
      rejectAll("closed");
    },
  };
}
