import { Worker } from "node:worker_threads";

/**
 * MD5 of long bodies on a thread of its own. MD5 and CRC-64 cost as much as everything else that storing a body takes;
 * side by side they leave the thread that serves requests free (measured: about half as many bytes per second without).
 * The buffers are shared memory: nothing is copied between the threads.
 */

/** Text and not a file, so that it survives bundling. One thread serves all bodies, each under its number. */
const SOURCE = `
const { createHash } = require("node:crypto");
const { parentPort } = require("node:worker_threads");
const hashes = new Map();
parentPort.on("message", ({ id, buffer, length }) => {
  let hash = hashes.get(id);
  if (!hash) hashes.set(id, (hash = createHash("md5")));
  if (buffer) {
    hash.update(new Uint8Array(buffer, 0, length));
    parentPort.postMessage({ id });
  } else {
    hashes.delete(id);
    parentPort.postMessage({ id, digest: hash.digest() });
  }
});
`;

interface Answer {
  id: number;
  digest?: Uint8Array;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

let thread: Worker | undefined;
let nextId = 0;
const waiting = new Map<number, Waiting[]>();

function startThread(): Worker {
  const worker = new Worker(SOURCE, { eval: true });
  // Only a body that waits for its digest keeps the process alive, through its socket.
  worker.unref();
  worker.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.shift()?.resolve(answer);
  });
  worker.on("error", (error) => {
    thread = undefined;
    for (const body of waiting.values()) for (const { reject } of body.splice(0)) reject(error);
  });
  return worker;
}

export interface ThreadedMd5 {
  /** The buffer must not change until the promise resolves. */
  update(buffer: SharedArrayBuffer, length: number): Promise<void>;
  /** Must be called in any case: it also ends an MD5 that nobody wants any more. */
  digest(): Promise<Buffer>;
}

export function createThreadedMd5(): ThreadedMd5 {
  thread ??= startThread();
  const worker = thread;
  const id = nextId++;
  const queue: Waiting[] = [];
  waiting.set(id, queue);
  const ask = (message: { buffer?: SharedArrayBuffer; length?: number }) =>
    new Promise<Answer>((resolve, reject) => {
      queue.push({ resolve, reject });
      worker.postMessage({ id, ...message });
    });
  return {
    async update(buffer, length) {
      await ask({ buffer, length });
    },
    async digest() {
      const answer = await ask({}).finally(() => waiting.delete(id));
      if (!answer.digest) throw new Error("the MD5 thread lost a digest");
      return Buffer.from(answer.digest);
    },
  };
}
