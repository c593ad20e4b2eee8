import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { decodeAttributes, decodeFrame, decodeFrames, watch } from "./testing-frames";
import { type QueueServer, SERVICE, startQueueServer, TOKEN } from "./testing-service";

const PROTOBUF = "application/vnd.google.protobuf";
let folder: string;
let server: QueueServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-queue-"));
  server = await startQueueServer(folder);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(text: string, path = "", headers: Record<string, string> = {}) {
  const response = await server.call("POST", path, { body: text, headers });
  expect(response.status).toBe(200);
  return { index: await response.text(), id: response.headers.get("X-Eas-Queueservice-Request-Id") ?? "" };
}
const textOf = async (method: string, path: string, options?: Parameters<QueueServer["call"]>[2]) => {
  const response = await server.call(method, path, options);
  return [response.status, await response.text()];
};
const attributes = async (path = ""): Promise<Record<string, string>> =>
  (await server.call("GET", `${path}?_attrs_=true`)).json();
const listOf = async (query: string): Promise<unknown[]> => {
  const response = await server.call("GET", `?_timeout_=0s&_raw_=false&_auto_delete_=false${query}`);
  return response.status === 204 ? [] : response.json();
};

describe("put", () => {
  test("answers the index as decimal text and the request's id in a header", async () => {
    const { index, id } = await put("abc");
    expect(index).toMatch(/^\d{19}$/);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await put("abc")).index > index).toBe(true);
  });

  test("an empty body is an item too, and both queues take puts", async () => {
    await put("");
    await put("x", "/sink");
    expect([(await attributes())["stream.length"], (await attributes("/sink"))["stream.length"]]).toEqual(["1", "1"]);
  });

  test("keeps tags, path, query, method and headers, but not the token", async () => {
    const { id } = await put("[{}]", "/sdapi/v1/txt2img?task_id=7&_priority_=2&a=%20b", {
      "content-type": "application/json",
      "X-EAS-QueueService-Redis-Uid": "me",
    });
    const [item] = server.queues.input.items.values();
    expect(item).toMatchObject({
      tags: { task_id: "7", a: " b", requestId: id },
      priority: 2,
      call: {
        method: "POST",
        url: "/sdapi/v1/txt2img?task_id=7&a=%20b",
        headers: { "content-type": "application/json" },
      },
    });
    expect(Object.keys(item?.call?.headers ?? {})).not.toContain("authorization");
    expect(JSON.stringify(item?.call)).not.toContain(TOKEN);
  });

  test("a request id that is given stays", async () => {
    expect((await put("x", "/sink?requestId=mine")).id).toBe("mine");
  });

  test("priority by the header that the attributes name", async () => {
    await put("normal");
    const header = (await attributes())["meta.header.priority"] ?? "";
    await put("urgent", "", { [header]: "1" });
    expect(await textOf("GET", "?_timeout_=0s")).toEqual([200, "urgent"]);
  });

  test("413 above 1 MB, 400 for a reserved tag, 405 for what is no operation", async () => {
    expect((await server.call("POST", "", { body: "x".repeat(1024 * 1024 + 1) })).status).toBe(413);
    expect(await textOf("POST", "?_mine=1", { body: "x" })).toEqual([
      400,
      'tag key "_mine" contains prefix _ which is reserved',
    ]);
    expect((await server.call("PATCH", "", { body: "x" })).status).toBe(405);
    expect((await attributes())["stream.length"]).toBe("0");
  });

  test("429 with its reason when the queue is full", async () => {
    server.queues.input.limits.maxItems = 1;
    await put("a");
    expect(await textOf("POST", "", { body: "b" })).toEqual([429, "queue is full"]);
  });
});

describe("get", () => {
  test("bare data by default, and it is gone", async () => {
    await put("first");
    await put("second");
    expect(await textOf("GET", "")).toEqual([200, "first"]);
    expect(await textOf("GET", "?_auto_delete_=false")).toEqual([200, "second"]);
    expect(await textOf("GET", "")).toEqual([200, "second"]);
    expect(await textOf("GET", "?_timeout_=0s")).toEqual([204, ""]);
  });

  test("a JSON list with the index as a bare number that JavaScript cannot hold", async () => {
    const { index, id } = await put("abc", "?k=v");
    const response = await server.call("GET", "?_raw_=false&_length_=2&_timeout_=0s");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.text()).toBe(
      `[{"index":${index},"tags":{"k":"v","requestId":"${id}"},"data":"YWJj","message":""}]`,
    );
  });

  test("a protobuf list when asked for", async () => {
    const { index, id } = await put("abc");
    await put("图");
    const response = await server.call("GET", "?_raw_=false&_length_=9&_timeout_=0s", {
      headers: { accept: PROTOBUF },
    });
    expect(response.headers.get("content-type")).toBe(PROTOBUF);
    const frames = decodeFrames(new Uint8Array(await response.arrayBuffer()));
    expect(frames[0]).toEqual({ index, tags: { requestId: id }, data: "abc" });
    expect(frames[1]?.data).toBe("图");
  });

  test("by index, by request id, by tags, newest, several", async () => {
    const a = await put("a", "?k=1");
    const b = await put("b", "?k=2");
    await put("c", "?k=1");
    const one = async (query: string) => (await textOf("GET", `?_auto_delete_=false&_timeout_=0s${query}`))[1];
    expect(await one(`&_index_=${b.index}`)).toBe("b");
    expect(await one(`&requestId=${a.id}`)).toBe("a");
    expect(await one(`&requestId=${a.id}&k=2`)).toBe("");
    expect(await one("&_index_=-1")).toBe("c");
    expect(await listOf("&k=1&_length_=9")).toHaveLength(2);
    expect(await listOf("&_length_=2")).toHaveLength(2);
  });

  test("waits for an item, and no longer than it was told", async () => {
    const waiting = server.call("GET", "?_timeout_=1m30s");
    await expect.poll(() => server.queues.input.waiting).toBe(1);
    await put("late");
    expect(await (await waiting).text()).toBe("late");
    const inVain = server.call("GET", "?_timeout_=1m30s");
    await expect.poll(() => server.queues.input.waiting).toBe(1);
    await server.clock.advance(90_000);
    expect((await inVain).status).toBe(204);
  });

  test("a caller that hangs up while it waits takes nothing", async () => {
    const caller = new AbortController();
    const url = `http://localhost:${server.port}/api/predict/${SERVICE}?_timeout_=1h`;
    const call = fetch(url, { headers: { authorization: TOKEN }, signal: caller.signal }).catch(() => "gone");
    await expect.poll(() => server.queues.input.waiting).toBe(1);
    caller.abort();
    expect(await call).toBe("gone");
    await expect.poll(() => server.queues.input.waiting).toBe(0);
    await put("kept");
    expect((await attributes())["stream.length"]).toBe("1");
  });

  test.each(["?_timeout_=5", "?_index_=x", "?_length_=0", "?_raw_=2", "?_nothing_=1"])("400: %s", async (query) => {
    expect((await server.call("GET", query)).status).toBe(400);
  });

  test("404 below the queue's own address", async () => {
    expect((await server.call("GET", "/sdapi/v1/options")).status).toBe(404);
    expect((await server.call("GET", "/sinks?_attrs_=true")).status).toBe(404);
  });
});

describe("delete, truncate, commit, end", () => {
  test("delete takes out several and says OK, for those that are gone as well", async () => {
    const items = [await put("a"), await put("b"), await put("c")];
    const query = `?_indexes_=${items[0]?.index},${items[2]?.index}`;
    expect(await textOf("DELETE", query)).toEqual([200, "OK"]);
    expect(await textOf("DELETE", query)).toEqual([200, "OK"]);
    expect(await textOf("GET", "")).toEqual([200, "b"]);
  });

  test("truncate takes out what is before an index", async () => {
    await put("a");
    const { index } = await put("b");
    expect((await server.call("DELETE", `?_index_=${index}&_trunc_=true`)).status).toBe(200);
    expect((await attributes())["stream.firstEntry"]).toBe(index);
    await server.call("DELETE", `?_index_=${BigInt(index) + 1n}&_trunc_=true`);
    expect((await attributes())["stream.length"]).toBe("0");
  });

  test("400 for indexes that are none", async () => {
    for (const method of ["DELETE", "PUT"]) expect((await server.call(method, "?_indexes_=a")).status).toBe(400);
    expect((await server.call("DELETE", "")).status).toBe(400);
  });

  test("a negative commit gives the item out again; its code is checked", async () => {
    const watcher = await watch(server.port, "", { query: "&_window_=5" });
    const { index } = await put("a");
    await watcher.received(1);
    const negative = (code: string) =>
      server.call("PUT", `?_indexes_=${index}&_negative_=true`, {
        body: new URLSearchParams({ _code_: code, _reason_: "out of memory" }).toString(),
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    const refused = await negative("no code");
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("regular expression")]);
    expect((await negative("OutOfMemory")).status).toBe(200);
    expect((await watcher.received(2)).map((frame) => frame.index)).toEqual([index, index]);
    watcher.socket.terminate();
  });

  test("the end: watchers are let go, puts are refused", async () => {
    const watcher = await watch(server.port, "");
    expect((await server.call("POST", "?_eos_=true")).status).toBe(200);
    expect(await watcher.closed).toEqual({ code: 1000, reason: "eos" });
    expect(await textOf("POST", "", { body: "x" })).toEqual([400, "stream is ended"]);
    expect((await attributes())["meta.state"]).toBe("End");
    await expect(watch(server.port, "")).rejects.toThrow("400 stream is ended");
  });
});

describe("attributes, search and count", () => {
  test("of an empty queue: no first and no last entry", async () => {
    expect(await attributes("/sink")).toEqual({
      "meta.backend": "memory",
      "meta.name": "qservice/sink",
      "meta.state": "OK",
      "meta.maxPayloadBytes": "1048576",
      "meta.header.user": "X-EAS-QueueService-Redis-Uid",
      "meta.header.group": "X-EAS-QueueService-Redis-Gid",
      "meta.header.priority": "X-EAS-QueueService-Redis-Priority",
      "stream.length": "0",
      "stream.approxMaxLength": "256000",
      "consumers.status.total": "0",
      "consumers.stats.total": "0",
    });
  });

  test("as protobuf, the same", async () => {
    await put("a");
    const response = await server.call("GET", "?_attrs_=true", { headers: { accept: PROTOBUF } });
    expect(response.headers.get("content-type")).toBe(PROTOBUF);
    expect(decodeAttributes(new Uint8Array(await response.arrayBuffer()))).toEqual(await attributes());
  });

  test("consumers and groups, present and past", async () => {
    const first = await put("a");
    await put("b");
    const last = await put("c");
    const watcher = await watch(server.port, "", { query: "&_window_=2&kind=x", uid: "u1", gid: "g1" });
    const other = await watch(server.port, "", { query: "&_window_=2", uid: "u2", gid: "g2" });
    await other.received(2);
    const now = await attributes();
    const second = other.frames[1]?.index;
    expect(now).toMatchObject({
      "stream.firstEntry": first.index,
      "stream.lastEntry": last.index,
      "consumers.status.total": "2",
      "consumers.list.[0]":
        "Id: g1.u1, Index: 0, Pending: 0, Status: Running, Idle: 0s, Window: 2, Slots: 2, AutoCommit: false, Tags: tags[kind=x]",
      "consumers.list.[1]": `Id: g2.u2, Index: ${second}, Pending: 2, Status: Running, Idle: 0s, Window: 2, Slots: 0, AutoCommit: false`,
      "groups.list.[1]": `Id: g2, Index: ${second}, Pending: 2, Delivered: 2, Consumers: 1`,
    });
    for (const { socket } of [watcher, other]) socket.terminate();
    await expect.poll(async () => (await attributes())["consumers.status.total"]).toBe("0");
    await server.clock.advance(2091);
    const later = await attributes();
    expect(later["consumers.list.[0]"]).toContain("Status: Complete, Idle: 2.091s");
    expect(later["consumers.list.[1]"]).toContain("Pending: 0, Status: Leaving, Idle: 2.091s");
  });

  test("search: waiting, under way, taken already, unknown", async () => {
    const [a, b] = [await put("a"), await put("b")];
    const search = (index: string, gid: string) =>
      server.call("GET", `?_search_=true&_index_=${index}`, {
        headers: { "X-EAS-QueueService-Redis-Gid": gid, "X-EAS-QueueService-Redis-Uid": "me" },
      });
    const watcher = await watch(server.port, "", { query: "&_window_=1", uid: "worker", gid: SERVICE });
    await watcher.received(1);
    expect(await (await search(a.index, SERVICE)).json()).toEqual({
      ConsumerId: "qservice.worker",
      IsPending: true,
      WaitCount: 0,
    });
    expect(await (await search(b.index, SERVICE)).json()).toEqual({
      ConsumerId: "qservice.me",
      IsPending: false,
      WaitCount: 0,
    });
    // Another group does not see who works on it.
    expect(await (await search(b.index, "eas")).json()).toEqual({
      ConsumerId: "eas.me",
      IsPending: false,
      WaitCount: 1,
    });
    await server.call("DELETE", `?_indexes_=${a.index}`);
    expect(await (await search(a.index, SERVICE)).text()).toBe("{}");
    const unknown = await search(`${BigInt(b.index) + 5n}`, SERVICE);
    expect([unknown.status, await unknown.text()]).toEqual([404, "no data in stream"]);
    watcher.socket.terminate();
  });

  test("count, of all and of one priority", async () => {
    await put("a");
    await put("b", "?_priority_=1");
    await put("c", "?_priority_=1");
    expect(await textOf("GET", "?_count_=true")).toEqual([200, "3"]);
    expect(await textOf("GET", "?_count_=true&_priority_=1")).toEqual([200, "2"]);
  });
});

describe("watch over a WebSocket", () => {
  test("one binary message an item; a commit makes room", async () => {
    const watcher = await watch(server.port, "/sink", { query: "&_window_=2" });
    const items = [];
    for (const text of ["a", "b", "c"]) items.push(await put(text, "/sink?k=v"));
    await watcher.received(2);
    expect(watcher.frames[0]).toEqual({ index: items[0]?.index, tags: { k: "v", requestId: items[0]?.id }, data: "a" });
    expect((await attributes("/sink"))["groups.list.[0]"]).toContain("Pending: 2");
    expect(await textOf("PUT", `/sink?_indexes_=${items[0]?.index}`)).toEqual([200, "OK"]);
    expect((await watcher.received(3)).map(({ data }) => data)).toEqual(["a", "b", "c"]);
    watcher.socket.terminate();
  });

  test("index only, auto commit, tags", async () => {
    await put("a");
    await put("b", "?k=v");
    const bare = await watch(server.port, "", { query: "&_index_only_=true&_window_=9", gid: "bare" });
    expect((await bare.received(2)).map(({ data }) => data)).toEqual(["", ""]);
    bare.socket.terminate();
    await expect.poll(async () => (await attributes())["consumers.status.total"]).toBe("0");
    await server.clock.advance(60_000);
    const auto = await watch(server.port, "", { query: "&_auto_commit_=true&_window_=1&k=v" });
    expect((await auto.received(1)).map(({ data }) => data)).toEqual(["b"]);
    expect((await attributes())["stream.length"]).toBe("1");
    auto.socket.terminate();
  });

  test("a dropped connection gives its items to the next", async () => {
    await put("a");
    const first = await watch(server.port, "", { uid: "u" });
    await first.received(1);
    first.socket.terminate();
    const second = await watch(server.port, "", { uid: "v" });
    expect((await second.received(1))[0]?.data).toBe("a");
    second.socket.terminate();
  });

  test("up to max_delivery on input; a result is never dropped", async () => {
    server.queues.input.limits.maxDelivery = 2;
    await put("poison");
    await put("result", "/sink");
    for (let n = 0; n < 3; n++) {
      const sink = await watch(server.port, "/sink");
      await sink.received(1);
      sink.socket.terminate();
      if (n === 2) break;
      const input = await watch(server.port, "");
      await input.received(1);
      input.socket.terminate();
      await expect.poll(async () => (await attributes())["consumers.status.total"]).toBe("0");
    }
    expect([(await attributes())["stream.length"], (await attributes("/sink"))["stream.length"]]).toEqual(["0", "1"]);
  });

  test("pings are answered with their payload", async () => {
    const watcher = await watch(server.port, "");
    const pong = new Promise((resolve) => watcher.socket.once("pong", (data) => resolve(data.toString())));
    watcher.socket.ping("ping");
    expect(await pong).toBe("ping");
    watcher.socket.terminate();
  });

  test("many items at once arrive in order and whole", async () => {
    const big = "x".repeat(200_000);
    for (let n = 0; n < 40; n++) server.queues.input.put({ data: Buffer.from(`${n}${big}`), tags: {}, priority: 0 });
    const watcher = await watch(server.port, "", { query: "&_auto_commit_=true" });
    const frames = await watcher.received(40);
    expect(frames.map(({ data }) => Number.parseInt(data, 10))).toEqual([...Array(40).keys()]);
    expect(frames.every(({ data }) => data.endsWith(big))).toBe(true);
    watcher.socket.terminate();
  });

  test.each([
    ["401", { token: "wrong" }, "401"],
    ["400: other tags in one group", { query: "&k=2", uid: "v" }, "400 tags[k=2] differ from tags[k=1]"],
    ["400: no window", { query: "&_window_=0", uid: "v", gid: "g" }, "400 window must be greater than 0"],
    ["404", { service: "nobody" }, "404"],
  ])("refused with %s", async (_, options, expected) => {
    const watcher = await watch(server.port, "", { query: "&k=1", uid: "u" });
    await expect(watch(server.port, "", options)).rejects.toThrow(expected);
    watcher.socket.terminate();
  });

  test("nothing but a watch goes over a WebSocket", async () => {
    await expect(watch(server.port, "/sdapi/v1")).rejects.toThrow("404");
    const socket = new WebSocket(`ws://localhost:${server.port}/api/predict/${SERVICE}?_index_=0`, {
      headers: { authorization: TOKEN },
    });
    const refused = await new Promise((resolve) => socket.once("error", resolve));
    expect(String(refused)).toContain("400");
  });
});

test("watch over plain HTTP: frames of four bytes of length and a message, until the client goes", async () => {
  await put("a");
  const frames: string[] = [];
  let pending = Buffer.alloc(0);
  const call = request({
    port: server.port,
    path: `/api/predict/${SERVICE}?_watch_=true&_index_=0&_window_=5&_auto_commit_=false`,
    headers: { authorization: TOKEN, accept: PROTOBUF },
  });
  const opened = new Promise<number>((resolve) =>
    call.once("response", (response) => {
      response.on("error", () => undefined);
      response.on("data", (chunk: Buffer) => {
        pending = Buffer.concat([pending, chunk]);
        while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
          const length = pending.readUInt32BE(0);
          frames.push(decodeFrame(pending.subarray(4, 4 + length)).data);
          pending = pending.subarray(4 + length);
        }
      });
      resolve(response.statusCode ?? 0);
    }),
  );
  call.end();
  expect(await opened).toBe(200);
  await put("b");
  await expect.poll(() => frames).toEqual(["a", "b"]);
  call.destroy();
  await expect.poll(async () => (await attributes())["consumers.status.total"]).toBe("0");
  expect((await attributes())["stream.length"]).toBe("2");
});

test("items, their order and their indexes outlive a restart", async () => {
  const items = [await put("a", "?k=v"), await put("b"), await put("c")];
  await server.call("DELETE", `?_indexes_=${items[1]?.index}`);
  await server.close();
  server = await startQueueServer(folder);
  expect(await listOf("&_length_=9")).toMatchObject([
    { tags: { k: "v", requestId: items[0]?.id }, data: "YQ==" },
    { tags: { requestId: items[2]?.id }, data: "Yw==" },
  ]);
  expect((await put("d")).index > (items[2]?.index ?? "")).toBe(true);
});
