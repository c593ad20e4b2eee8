import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Connection } from "@/lib/connection";
import { connectTo, openTestCloud, testConfig } from "@/lib/eas/testing";
import { type QueueServer, SERVICE, startQueueServer, TOKEN } from "@/lib/sandbox/queue/testing-service";
import { createQueue, type QueueAddress, sinkOf } from "./client";
import type { Queue, QueueItem } from "./types";

/** Our client against the imitated queue service. */

let folder: string;
let server: QueueServer;
let connection: Connection;
let input: Queue;
let sink: Queue;

const address = (port: number): QueueAddress => ({
  endpoint: `http://localhost:${port}/api/predict/${SERVICE}`,
  token: TOKEN,
});

function connect(port: number): void {
  const parts = { ports: { oss: 1, eas: 1, gateway: port, sts: 1, control: 1 } };
  const account = { uid: "1", accessKeyId: "k", accessKeySecret: "s" };
  connection = connectTo({ ...parts, account, close: async () => {} });
  input = createQueue(connection, address(port));
  sink = createQueue(connection, { ...address(port), endpoint: sinkOf(address(port).endpoint) });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-queue-"));
  server = await startQueueServer(folder, { realTime: true });
  connect(server.port);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const textOf = (item: QueueItem | undefined) => Buffer.from(item?.data ?? []).toString();

/** Takes so many items of a watch and leaves. */
async function take(queue: Queue, count: number, work: (item: QueueItem) => Promise<void> = async () => {}) {
  const leaving = new AbortController();
  const got: QueueItem[] = [];
  for await (const item of queue.watch({ signal: leaving.signal, window: count })) {
    got.push(item);
    await work(item);
    if (got.length === count) leaving.abort();
  }
  return got;
}

describe("put and get", () => {
  test("an item comes back with its tags, under an index that no number holds", async () => {
    const receipt = await input.put('{"a":"猫"}', { tags: { task: "t1", by: "ä b&c=d" }, path: "/sub" });
    expect(receipt.index).toMatch(/^\d{19}$/);
    const [item] = await input.get();
    expect(item?.index).toBe(receipt.index);
    expect(item?.tags).toEqual({ task: "t1", by: "ä b&c=d", requestId: receipt.requestId });
    expect(textOf(item)).toBe('{"a":"猫"}');
    expect(server.queues.input.items.get(BigInt(receipt.index))?.call?.url).toMatch(/^\/sub\?/);
  });

  test("reading leaves everything in place, until it is asked to take", async () => {
    const { index } = await sink.put("one");
    expect((await sink.get()).map(textOf)).toEqual(["one"]);
    expect((await sink.get({ index })).map(textOf)).toEqual(["one"]);
    expect((await sink.get({ autoDelete: true })).map(textOf)).toEqual(["one"]);
    expect(await sink.get()).toEqual([]);
  });

  test("tags choose, and the request id is one of them", async () => {
    const first = await sink.put("mine", { tags: { by: "me" } });
    await sink.put("theirs");
    expect((await sink.get({ tags: { by: "me" }, length: 10 })).map(textOf)).toEqual(["mine"]);
    expect((await sink.get({ tags: { requestId: first.requestId } })).map(textOf)).toEqual(["mine"]);
    expect((await sink.get({ length: 10 })).map(textOf)).toEqual(["mine", "theirs"]);
    await expect(sink.put("x", { tags: { _by: "me" } })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("a long poll is answered when an item comes, and can be given up", async () => {
    const waiting = sink.get({ tags: { by: "me" }, waitMs: 10_000 });
    await sink.put("theirs");
    await sink.put("mine", { tags: { by: "me" } });
    expect((await waiting).map(textOf)).toEqual(["mine"]);
    const leaving = new AbortController();
    const second = sink.get({ tags: { by: "nobody" }, waitMs: 10_000, signal: leaving.signal });
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("what is taken out", () => {
  test("deleting twice is no failure, and truncating removes what lies before", async () => {
    const receipts = [];
    for (const text of ["a", "b", "c"]) receipts.push(await input.put(text));
    const [a, , c] = receipts;
    await input.delete([a?.index ?? ""]);
    await input.delete([a?.index ?? ""]);
    await input.delete([]);
    await input.truncate(c?.index ?? "");
    expect((await input.get({ length: 10 })).map(textOf)).toEqual(["c"]);
  });

  test("the attributes say how much there is, and where", async () => {
    expect(await input.attributes()).toMatchObject({ length: 0, firstIndex: undefined, lastIndex: undefined });
    const a = await input.put("a");
    const b = await input.put("b");
    expect(await input.attributes()).toMatchObject({
      length: 2,
      firstIndex: a.index,
      lastIndex: b.index,
      maxPayloadBytes: 1024 * 1024,
      consumers: 0,
    });
  });

  test("the place in the line: ahead, being worked on, gone", async () => {
    const asService = createQueue(connection, { ...address(server.port), group: SERVICE });
    const a = await input.put("a");
    const b = await input.put("b");
    expect(await asService.place(b.index)).toEqual({ state: "waiting", ahead: 1 });
    const leaving = new AbortController();
    const watching = asService.watch({ signal: leaving.signal, window: 1 });
    expect(textOf((await watching.next()).value ?? undefined)).toBe("a");
    expect(await asService.place(a.index)).toEqual({ state: "working" });
    expect(await asService.place(b.index)).toEqual({ state: "waiting", ahead: 0 });
    leaving.abort();
    await watching.return();
    await input.delete([a.index]);
    expect(await asService.place(a.index)).toEqual({ state: "gone" });
    expect(await asService.place("9999999999999999999")).toEqual({ state: "gone" });
  });
});

describe("watching", () => {
  test("committed items go, the others come again to whoever watches next", async () => {
    for (const text of ["a", "b", "c"]) await sink.put(text);
    await take(sink, 3, async ({ index, data }) => {
      if (Buffer.from(data).toString() !== "b") await sink.commit([index]);
    });
    expect((await take(sink, 1)).map(textOf)).toEqual(["b"]);
    expect((await sink.attributes()).length).toBe(1);
  });

  test("a rejected item is delivered again", async () => {
    await sink.put("a");
    let refused = false;
    const got = await take(sink, 2, async ({ index }) => {
      if (!refused) await sink.reject([index], "Shutdown", "leaving");
      refused = true;
    });
    expect(got.map(textOf)).toEqual(["a", "a"]);
  });

  test("an end of the line is bridged: all items come, in the end each was committed once", async () => {
    const wanted = Array.from({ length: 20 }, (_, n) => `item ${n}`);
    for (const text of wanted) await sink.put(text);
    const leaving = new AbortController();
    const done = new Set<string>();
    let reconnects = 0;
    let restarted = false;
    const { port } = server;
    for await (const item of sink.watch({
      signal: leaving.signal,
      window: 4,
      onReconnect: () => {
        reconnects++;
      },
    })) {
      if (done.size === 7 && !restarted) {
        restarted = true;
        await server.close();
        server = await startQueueServer(folder, { realTime: true, port });
      }
      const committed = await sink.commit([item.index]).then(
        () => true,
        () => false,
      );
      if (committed) done.add(textOf(item));
      if (done.size === wanted.length) leaving.abort();
    }
    expect([...done].sort()).toEqual([...wanted].sort());
    expect(restarted).toBe(true);
    expect(reconnects).toBeGreaterThan(0);
    expect((await sink.attributes()).length).toBe(0);
  });

  test("a wrong token ends it at once", async () => {
    const wrong = createQueue(connection, { ...address(server.port), token: "wrong" });
    await expect(take(wrong, 1)).rejects.toMatchObject({ code: "invalid_credentials" });
  });
});

describe("refusals", () => {
  test("a full queue may be tried again later; too large a request may not", async () => {
    await server.close();
    // 16 KB in all: one item of the typical size for each queue.
    server = await startQueueServer(folder, { realTime: true, spec: { memoryMb: 1 / 64 } });
    connect(server.port);
    await input.put("a");
    await expect(input.put("b")).rejects.toMatchObject({ code: "throttled", retryable: true, vendor: { status: 429 } });
    await input.delete([(await input.attributes()).firstIndex ?? ""]);
    await input.put("b");
    await expect(input.put("x".repeat(1024 * 1024 + 1))).rejects.toMatchObject({
      code: "invalid_input",
      retryable: false,
      params: { reason: "too_large" },
    });
  });

  test("a wrong token and a line that is cut are told apart", async () => {
    const wrong = createQueue(connection, { ...address(server.port), token: randomUUID() });
    await expect(wrong.put("a")).rejects.toMatchObject({ code: "invalid_credentials", retryable: false });
    await server.close();
    await expect(input.put("a")).rejects.toMatchObject({ code: "network", retryable: true });
    server = await startQueueServer(folder, { realTime: true });
  });

  test("the token goes to no host that the connection does not list", async () => {
    const elsewhere = createQueue(connection, { endpoint: "http://evil.example/api/predict/x", token: TOKEN });
    await expect(elsewhere.put("a")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(take(elsewhere, 1)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

test("the queues of a stopped service cannot be called, and a real one answers through its container", async () => {
  const cloud = await openTestCloud();
  try {
    await cloud.eas.createService(testConfig("queued", {}, { type: "Async" }));
    await cloud.until("queued", "Running");
    const { internetEndpoint: endpoint = "" } = await cloud.eas.describeService("queued");
    const { accessToken: token } = await cloud.eas.describeServiceEndpoints("queued");
    const requests = createQueue(cloud.connection, { endpoint, token });
    const answers = createQueue(cloud.connection, { endpoint: sinkOf(endpoint), token });
    const { requestId } = await requests.put("hello", { tags: { task: "t1" } });
    const [answer] = await answers.get({ tags: { requestId }, waitMs: 10_000 });
    expect(answer?.tags).toEqual({ requestId, task: "t1", lastCode: "469" });
    expect(textOf(answer)).toContain("hello");
    await cloud.eas.stopService("queued");
    await cloud.until("queued", "Stopped");
    await vi.waitFor(() => expect(requests.put("x")).rejects.toMatchObject({ code: "not_ready", retryable: true }));
  } finally {
    await cloud.close();
  }
});
