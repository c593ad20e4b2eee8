import type { ChecksumReply, ChecksumRequest } from "./checksum-worker";
import type { Checksum } from "./types";

/** Reading files, not summing, is the slow half; a second worker lets two reads overlap, more bring nothing. */
const WORKERS = 2;

interface Waiting {
  resolve(crc64: string): void;
  reject(error: Error): void;
}

/** Checksums computed beside the page. Workers start with the first blob and live until `close`. */
export function createWorkerChecksum(): { checksum: Checksum; close(): void } {
  const waiting = new Map<number, Waiting>();
  let workers: Worker[] | undefined;
  let nextId = 0;

  function start(): Worker[] {
    return Array.from({ length: WORKERS }, () => {
      const worker = new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<ChecksumReply>) => {
        const entry = waiting.get(data.id);
        waiting.delete(data.id);
        if ("crc64" in data) entry?.resolve(data.crc64);
        else entry?.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
      };
      worker.onerror = () => {
        for (const entry of waiting.values()) entry.reject(new Error("checksum worker failed"));
        waiting.clear();
      };
      return worker;
    });
  }

  return {
    checksum(body, signal) {
      workers ??= start();
      const id = nextId++;
      const worker = workers[id % workers.length];
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
        worker?.postMessage({ id, body } satisfies ChecksumRequest);
      });
    },
    close() {
      for (const worker of workers ?? []) worker.terminate();
      workers = undefined;
      for (const entry of waiting.values()) entry.reject(new Error("closed"));
      waiting.clear();
    },
  };
}
