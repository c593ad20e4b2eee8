import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { openQueues } from "./queues";
import { newItem, textOf } from "./testing";
import { type TestFrame, type Watcher, watch } from "./testing-frames";
import { SERVICE, startQueueServer, TOKEN } from "./testing-service";

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-queue-"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** A small generator, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const ITEMS = 2000;
const CONSUMERS = 6;

test("2,000 items with random drops: nothing is lost, nothing comes again after its commit", async () => {
  const server = await startQueueServer(folder, { spec: { maxDelivery: 0 }, realTime: true });
  const random = createRandom(7);
  const put = new Set<string>();
  const committed = new Set<string>();
  const twice: string[] = [];
  let deliveries = 0;
  let drops = 0;
  let setAllDone = () => {};
  const allDone = new Promise<void>((resolve) => {
    setAllDone = resolve;
  });

  const produce = async (overHttp: boolean) => {
    for (let n = 0; n < ITEMS / 4; n++) {
      if (overHttp) put.add(await (await server.call("POST", `?n=${n}`, { body: String(n) })).text());
      else put.add(String(server.queues.input.put(newItem(String(n))).index));
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const commit = async (frames: TestFrame[]) => {
    if (frames.length === 0) return;
    const answer = await server.call("PUT", `?_indexes_=${frames.map(({ index }) => index).join(",")}`);
    if (answer.ok) for (const { index } of frames) committed.add(index);
    if (committed.size === ITEMS) setAllDone();
  };
  /** Returns when it drops its connection, or all is done. */
  const consumeOnce = async (watcher: Watcher) => {
    for (let seen = 0; committed.size < ITEMS; ) {
      await Promise.race([watcher.received(seen + 1), allDone]);
      const batch = watcher.frames.slice(seen);
      seen += batch.length;
      deliveries += batch.length;
      twice.push(...batch.filter(({ index }) => committed.has(index)).map(({ index }) => index));
      if (random() < 0.15) {
        // Who drops has mostly done a part of its work.
        await commit(batch.slice(0, Math.floor(random() * batch.length)));
        drops += 1;
        return;
      }
      await commit(batch);
    }
  };
  const consume = async (uid: string) => {
    while (committed.size < ITEMS) {
      const watcher = await watch(server.port, "", { query: "&_window_=20", uid });
      await consumeOnce(watcher);
      watcher.socket.terminate();
      await watcher.closed;
    }
  };
  try {
    await Promise.all([
      ...Array.from({ length: 4 }, (_, n) => produce(n === 0)),
      ...Array.from({ length: CONSUMERS }, (_, n) => consume(`u${n}`)),
    ]);
    expect(put.size).toBe(ITEMS);
    expect(committed).toEqual(put);
    expect(twice).toEqual([]);
    expect(server.queues.input.items.size).toBe(0);
    expect(drops).toBeGreaterThan(20);
    expect(deliveries).toBeGreaterThan(ITEMS);
  } finally {
    await server.close();
  }
}, 60_000);

test("killed in the middle of its work: what it had confirmed is there, once", async () => {
  const script = fileURLToPath(new URL("./testing-process.ts", import.meta.url));
  const started = spawn(process.execPath, ["--import", "tsx", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  const port = await new Promise<number>((resolve, reject) => {
    started.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
    started.once("exit", () => reject(new Error("the server ended")));
  });
  const call = (method: string, query: string, body?: string) =>
    fetch(`http://localhost:${port}/api/predict/${SERVICE}${query}`, {
      method,
      body,
      headers: { authorization: TOKEN },
    });
  const confirmed = new Map<string, string>();
  const removed = new Set<string>();
  let n = 0;
  const work = async () => {
    for (;;) {
      const number = n++;
      const text = `${number}`.padEnd(3000, "x");
      const response = await call("POST", `?n=${n}`, text);
      const index = await response.text();
      confirmed.set(index, text);
      if (number % 5 === 0) {
        // A delete that was not confirmed may have happened or not.
        confirmed.delete(index);
        removed.add(index);
        await call("DELETE", `?_indexes_=${index}`);
      }
      if (confirmed.size === 60) started.kill("SIGKILL");
    }
  };
  const watcher = await watch(port, "", { query: "&_window_=3" });
  await Promise.allSettled([work(), work(), work()]);
  expect(watcher.frames.length).toBeGreaterThanOrEqual(3);

  const queues = openQueues(folder, createManualClock());
  const { input } = queues.of(SERVICE, { memoryMb: 4000, maxDelivery: 1 });
  const found = new Map([...input.items.values()].map((item) => [String(item.index), textOf(item)]));
  for (const [index, text] of confirmed) expect(found.get(index)).toBe(text);
  const extra = [...found.keys()].filter((index) => !confirmed.has(index) && !removed.has(index));
  // Puts that were under way may have been written without having been confirmed.
  expect(extra.length).toBeLessThanOrEqual(3);
  expect(input.put(newItem("next")).index > BigInt([...found.keys()].at(-1) ?? 0)).toBe(true);
  queues.close();
}, 60_000);

test("a line that a kill cut off is dropped, and the next change does not continue it", async () => {
  const clock = createManualClock();
  const spec = { memoryMb: 1, maxDelivery: 0 };
  const open = () => openQueues(folder, clock);
  const texts = (queues: ReturnType<typeof open>) => [...queues.of(SERVICE, spec).sink.items.values()].map(textOf);
  const first = open();
  first.of(SERVICE, spec).sink.put(newItem("a"));
  first.close();
  await appendFile(join(folder, SERVICE, "sink.jsonl"), '{"op":"put","index":"99","ta');
  const second = open();
  expect(texts(second)).toEqual(["a"]);
  second.of(SERVICE, spec).sink.put(newItem("b"));
  second.close();
  const third = open();
  expect(texts(third)).toEqual(["a", "b"]);
  third.remove(SERVICE);
  expect(texts(third)).toEqual([]);
  third.close();
});

test("a journal that is mostly history is rewritten", async () => {
  const queues = openQueues(folder, createManualClock());
  const { input } = queues.of(SERVICE, { memoryMb: 100, maxDelivery: 0 });
  const kept = input.put(newItem("kept"));
  for (let n = 0; n < 60; n++) input.delete([input.put({ ...newItem("big"), data: Buffer.alloc(200_000) }).index]);
  const { size } = await stat(join(folder, SERVICE, "input.jsonl"));
  expect(size).toBeLessThan(6_000_000);
  queues.close();
  const again = openQueues(folder, createManualClock());
  expect([...again.of(SERVICE, { memoryMb: 100, maxDelivery: 0 }).input.items.keys()]).toEqual([kept.index]);
  again.close();
});
