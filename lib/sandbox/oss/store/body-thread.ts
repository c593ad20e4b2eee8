import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/**
 * Long bodies are summed and written on threads of their own: MD5, CRC-64 and the write of a batch, in that order, by
 * one message. The thread that serves requests only gathers batches. The buffers are shared memory: nothing is copied
 * between the threads.
 */

/** Text and not a file, so that it survives bundling. A thread serves many bodies, each under its number. */
const SOURCE = `
const { createHash } = require("node:crypto");
const { writeSync } = require("node:fs");
const { parentPort, workerData } = require("node:worker_threads");
const { createCRC64 } = require(workerData.hashWasm);
const bodies = new Map();
const spareCrcs = [];

function startBody() {
  return { md5: createHash("md5"), crc: spareCrcs.pop() ?? createCRC64(), isFresh: true, turn: Promise.resolve() };
}

async function step(body, { id, fd, position, buffer, length }) {
  const crc = await body.crc;
  if (body.isFresh) crc.init();
  body.isFresh = false;
  if (!buffer) {
    bodies.delete(id);
    spareCrcs.push(crc);
    return { id, md5: body.md5.digest(), crc64: crc.digest("hex") };
  }
  const bytes = new Uint8Array(buffer, 0, length);
  body.md5.update(bytes);
  crc.update(bytes);
  for (let done = 0; fd !== undefined && done < length; ) {
    done += writeSync(fd, bytes, done, length - done, position + done);
  }
  return { id };
}

parentPort.on("message", (message) => {
  let body = bodies.get(message.id);
  if (!body) bodies.set(message.id, (body = startBody()));
  body.turn = body.turn
    .then(() => step(body, message))
    .catch((error) => ({ id: message.id, failure: { code: error.code, message: error.message } }))
    .then((answer) => parentPort.postMessage(answer));
});
`;

const HASH_WASM = createRequire(import.meta.url).resolve("hash-wasm");

/** More would only take turns on the processors that the clients need too. */
const MAX_THREADS = Math.min(2, availableParallelism());

export interface Sums {
  md5: Buffer;
  /** Hex. */
  crc64: string;
}

interface Answer {
  id: number;
  md5?: Uint8Array;
  crc64?: string;
  failure?: { code?: string; message: string };
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  /** Answers come in the order of the questions of one body. */
  waiting: Map<number, Waiting[]>;
}

const threads: (Thread | undefined)[] = [];
let nextId = 0;

function startThread(slot: number): Thread {
  const worker = new Worker(SOURCE, { eval: true, workerData: { hashWasm: HASH_WASM } });
  // Only a body that waits for its answer keeps the process alive, through its socket.
  worker.unref();
  const waiting = new Map<number, Waiting[]>();
  worker.on("message", (answer: Answer) => {
    const asker = waiting.get(answer.id)?.shift();
    if (answer.failure) asker?.reject(Object.assign(new Error(answer.failure.message), { code: answer.failure.code }));
    else asker?.resolve(answer);
  });
  worker.on("error", (error) => {
    threads[slot] = undefined;
    for (const body of waiting.values()) for (const { reject } of body.splice(0)) reject(error);
  });
  return { worker, waiting };
}

export interface ThreadedBody {
  /** Sums the bytes and, with a file, writes them; the buffer must not change until the promise resolves. */
  update(buffer: SharedArrayBuffer, length: number, position: number): Promise<void>;
  /** Must be called in any case, after the last update has settled: it also ends a body that nobody wants any more. */
  finish(): Promise<Sums>;
}

/** `fd` undefined: the bytes are stored already. */
export function createThreadedBody(fd: number | undefined): ThreadedBody {
  const id = nextId++;
  const slot = id % MAX_THREADS;
  const thread = threads[slot] ?? startThread(slot);
  threads[slot] = thread;
  const queue: Waiting[] = [];
  thread.waiting.set(id, queue);
  const ask = (message: { buffer?: SharedArrayBuffer; length?: number; position?: number }) =>
    new Promise<Answer>((resolve, reject) => {
      queue.push({ resolve, reject });
      thread.worker.postMessage({ id, fd, ...message });
    });
  return {
    async update(buffer, length, position) {
      await ask({ buffer, length, position });
    },
    async finish() {
      const { md5, crc64 } = await ask({}).finally(() => thread.waiting.delete(id));
      if (!md5 || crc64 === undefined) throw new Error("the thread of bodies lost its sums");
      return { md5: Buffer.from(md5), crc64 };
    },
  };
}
