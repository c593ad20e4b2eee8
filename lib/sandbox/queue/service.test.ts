import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import { callEas, REGION, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { type WatchOptions, watch } from "./testing-frames";

/* Asynchronous services as a whole: created through the API, called through the gateway. */

const TOKEN = "a-token";
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());

const eas = (method: string, path: string, body?: unknown) => callEas(cloud.easPort, method, path, body);
const recordOf = (name: string) => cloud.cloud.services.get(name);

async function create(name: string, change: { rpc?: object; metadata?: object; queue?: object } = {}) {
  const metadata = { type: "Async", rpc: { worker_threads: 1, ...change.rpc }, ...change.metadata };
  const config = serviceConfig(name, { metadata, top: { token: TOKEN, queue: change.queue ?? {} } });
  expect((await eas("POST", "/api/v2/services", config)).status).toBe(200);
  await expect.poll(() => recordOf(name)?.status).toBe("Running");
}

const call = (path: string, init: RequestInit = {}) =>
  fetch(`http://localhost:${cloud.gatewayPort}/api/predict/${path}`, {
    ...init,
    headers: { authorization: TOKEN, ...init.headers },
  });
async function put(path: string, body = "[{}]"): Promise<string> {
  const response = await call(path, { method: "POST", body });
  expect(response.status).toBe(200);
  return response.headers.get("x-eas-queueservice-request-id") ?? "";
}
interface Result {
  tags: Record<string, string>;
  data: string;
}
async function result(name: string, requestId: string): Promise<Result | undefined> {
  const response = await call(`${name}/sink?requestId=${requestId}&_raw_=false&_timeout_=5s`);
  if (response.status === 204) return undefined;
  const [item]: Result[] = await response.json();
  return item && { ...item, data: Buffer.from(item.data, "base64").toString() };
}
const lengthOf = async (path: string): Promise<string> =>
  (await (await call(`${path}?_attrs_=true`)).json())["stream.length"];
const watchService = (path: string, options: WatchOptions = {}) => {
  const [service = "", ...rest] = path.split("/");
  return watch(cloud.gatewayPort, rest.length > 0 ? `/${rest.join("/")}` : "", { ...options, service, token: TOKEN });
};

/** Requests wait until the test answers them. */
function hold() {
  const open: {
    request: ContainerRequest;
    answer(response?: Partial<ContainerResponse>): void;
    fail(error: Error): void;
  }[] = [];
  cloud.containers.handle = (request) =>
    new Promise((resolve, reject) => {
      open.push({
        request,
        answer: (response) => resolve({ status: 200, headers: {}, body: Buffer.from("done"), ...response }),
        fail: reject,
      });
    });
  return open;
}

describe("a request", () => {
  test("reaches the container with its path, query, method and headers; the answer carries its tags", async () => {
    const seen: ContainerRequest[] = [];
    cloud.containers.handle = async (request) => {
      seen.push(request);
      return { status: 200, headers: {}, body: Buffer.from("picture") };
    };
    await create("painter");
    const id = await put("painter/sdapi/v1/txt2img?task_id=7&_priority_=1", '{"prompt":"a cat"}');
    expect(await result("painter", id)).toMatchObject({ tags: { requestId: id, task_id: "7" }, data: "picture" });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/sdapi/v1/txt2img?task_id=7" });
    expect(Buffer.from(seen[0]?.body ?? []).toString()).toBe('{"prompt":"a cat"}');
    expect(seen[0]?.headers).not.toHaveProperty("authorization");
    expect(await lengthOf("painter")).toBe("0");
  });

  test("that fails comes out with lastCode and its body; 200 has none", async () => {
    const body = JSON.stringify({ success: 0, error_code: 460 });
    cloud.containers.handle = async ({ url }) => ({
      status: url === "/bad" ? 460 : 200,
      headers: {},
      body: Buffer.from(body),
    });
    await create("painter");
    const [bad, good] = [await put("painter/bad"), await put("painter")];
    expect(await result("painter", bad)).toMatchObject({ tags: { requestId: bad, lastCode: "460" }, data: body });
    expect((await result("painter", good))?.tags).toEqual({ requestId: good });
  });

  test("with an empty answer leaves nothing in sink", async () => {
    cloud.containers.handle = async () => ({ status: 200, headers: {}, body: new Uint8Array() });
    await create("painter");
    await put("painter");
    await expect.poll(() => lengthOf("painter")).toBe("0");
    expect(await lengthOf("painter/sink")).toBe("0");
  });

  test("at the side door is answered at once", async () => {
    await create("painter");
    expect(await (await call("async_path.painter/x", { method: "POST", body: "b" })).json()).toMatchObject({
      url: "/x",
    });
    expect(await lengthOf("painter")).toBe("0");
  });
});

describe("the engine in an instance", () => {
  test("takes as many as the worker threads, and is known by its instance and its service", async () => {
    const open = hold();
    await create("painter", { rpc: { worker_threads: 2 } });
    for (let n = 0; n < 4; n++) await put("painter");
    await expect.poll(() => open.length).toBe(2);
    const instance = recordOf("painter")?.instances.find(({ role }) => role === "Standard")?.name;
    const attributes = await (await call("painter?_attrs_=true")).json();
    expect(attributes["consumers.list.[0]"]).toMatch(`Id: painter.${instance}, `);
    expect(attributes["consumers.list.[0]"]).toContain("Pending: 2, Status: Running");
    expect(attributes["consumers.list.[0]"]).toContain("Window: 2, Slots: 0, AutoCommit: false");
    open[0]?.answer();
    await expect.poll(() => open.length).toBe(3);
    for (const one of open) one.answer();
  });

  test("takes no more while sink is full, and goes on when there is room", async () => {
    await create("painter", { queue: { memory: 1 } });
    const sink = cloud.cloud.queues.serving(recordOf("painter") ?? fail())?.queues.sink ?? fail();
    const [first] = Array.from({ length: sink.limits.maxItems }, () =>
      sink.put({ data: Buffer.from("old"), tags: {}, priority: 0 }),
    );
    const ids = [await put("painter"), await put("painter")];
    expect(await lengthOf("painter")).toBe("2");
    expect((await call("painter/sink", { method: "POST", body: "x" })).status).toBe(429);
    sink.delete([first?.index ?? 0n]);
    expect(await result("painter", ids[0] ?? "")).toBeDefined();
    expect(await result("painter", ids[1] ?? "")).toBeDefined();
    expect(await lengthOf("painter")).toBe("0");
  });

  test("an instance that dies gives its item to the next", async () => {
    const open = hold();
    await create("painter");
    const id = await put("painter");
    await expect.poll(() => open.length).toBe(1);
    open[0]?.fail(new ContainerExit(137));
    await expect.poll(() => open.length).toBe(2);
    open[1]?.answer();
    expect((await result("painter", id))?.data).toBe("done");
  });

  test("max_delivery 1: a generation that failed is never tried again", async () => {
    const open = hold();
    await create("painter", { queue: { max_delivery: 1 } });
    await put("painter");
    await expect.poll(() => open.length).toBe(1);
    open[0]?.fail(new ContainerExit(137));
    await expect.poll(() => lengthOf("painter")).toBe("0");
    const next = await put("painter");
    await expect.poll(() => open.length).toBe(2);
    open[1]?.answer();
    expect(await result("painter", next)).toBeDefined();
  });

  test("an answer that is too large for the queue fails its delivery", async () => {
    cloud.containers.handle = async () => ({ status: 200, headers: {}, body: Buffer.alloc(1024 * 1024 + 1) });
    await create("painter", { queue: { max_delivery: 2 } });
    await put("painter");
    await expect.poll(() => lengthOf("painter")).toBe("0");
    expect(await lengthOf("painter/sink")).toBe("0");
    const { Logs } = await (await eas("GET", `/api/v2/services/${REGION}/painter/logs`)).json();
    expect(Logs.filter((line: string) => line.includes("exceeds the limit"))).toHaveLength(2);
  });

  test("scaled to 0 items wait, and a new instance takes them", async () => {
    await create("painter");
    await eas("PUT", `/api/v2/services/${REGION}/painter/scale`, { Instance: 0 });
    await expect.poll(() => recordOf("painter")?.instances.filter(({ role }) => role === "Standard").length).toBe(0);
    const id = await put("painter");
    expect(await lengthOf("painter")).toBe("1");
    await eas("PUT", `/api/v2/services/${REGION}/painter/scale`, { Instance: 1 });
    expect(await result("painter", id)).toBeDefined();
  });

  test("each of two instances gets its part", async () => {
    const open = hold();
    await create("painter", { metadata: { instance: 2 } });
    for (let n = 0; n < 2; n++) await put("painter");
    await expect.poll(() => open.length).toBe(2);
    expect((await (await call("painter?_attrs_=true")).json())["consumers.status.total"]).toBe("2");
    for (const one of open) one.answer();
  });
});

describe("the queue sub-service", () => {
  test("503 while it is not ready", async () => {
    const config = serviceConfig("painter", { metadata: { type: "Async" }, top: { token: TOKEN } });
    await eas("POST", "/api/v2/services", config);
    await expect.poll(() => recordOf("painter")?.status).toBe("Running");
    await eas("PUT", `/api/v2/services/${REGION}/painter/stop`);
    await expect.poll(() => recordOf("painter")?.status).toBe("Stopped");
    const response = await call("painter", { method: "POST", body: "x" });
    expect([response.status, await response.text()]).toEqual([503, "no healthy upstream"]);
    await expect(watchService("painter")).rejects.toThrow("503 no healthy upstream");
  });

  test("items outlive a stop and a restart of the sandbox, even under way with max_delivery 1", async () => {
    const open = hold();
    await create("painter", { queue: { max_delivery: 1 } });
    const ids = [await put("painter"), await put("painter")];
    await expect.poll(() => open.length).toBe(1);
    const { dataDir, containers } = cloud;
    await cloud.stop();
    containers.handle = async () => ({ status: 200, headers: {}, body: Buffer.from("again") });
    cloud = await startTestCloud({ dataDir, containers });
    await expect.poll(async () => (await call("painter?_attrs_=true")).status).toBe(200);
    for (const id of ids) expect((await result("painter", id))?.data).toBe("again");
  });

  test("goes with its service, items and all", async () => {
    await create("painter");
    await put("painter/sink");
    const folder = join(cloud.dataDir, "queues", "painter");
    expect(existsSync(folder)).toBe(true);
    await eas("DELETE", `/api/v2/services/${REGION}/painter`);
    await expect.poll(() => recordOf("painter")).toBeUndefined();
    await expect.poll(() => existsSync(folder)).toBe(false);
    await create("painter");
    expect(await lengthOf("painter/sink")).toBe("0");
  });
});

describe("what the official Python test-suite asks of a queue service", () => {
  const NAME = "test_group.qservice";
  const drain = async (path: string) => {
    const last = (await (await call(`${path}?_attrs_=true`)).json())["stream.lastEntry"];
    if (last !== undefined) await call(`${path}?_index_=${BigInt(last) + 1n}&_trunc_=true`, { method: "DELETE" });
  };
  beforeEach(async () => {
    cloud.containers.handle = async () => ({ status: 200, headers: {}, body: Buffer.from('[{"a":1,"b":2}]') });
    await create("qservice", { metadata: { group: "test_group" }, rpc: { worker_threads: 5 } });
  });

  test("truncate: ten puts, then none", async () => {
    for (let n = 0; n < 10; n++) await put(`${NAME}/sink`, "abc");
    expect(Number(await lengthOf(`${NAME}/sink`))).toBeGreaterThan(1);
    await drain(`${NAME}/sink`);
    await drain(NAME);
    expect(await lengthOf(`${NAME}/sink`)).toBe("0");
  });

  test.each([true, false])("ten items in order, auto commit %s", async (auto) => {
    for (let n = 0; n < 10; n++) await put(`${NAME}/sink`, String(n));
    const watcher = await watchService(`${NAME}/sink`, { query: `&_window_=5&_auto_commit_=${auto}` });
    for (let n = 0; n < 10; n++) {
      const frames = await watcher.received(n + 1);
      expect(frames[n]?.data).toBe(String(n));
      if (!auto) await call(`${NAME}/sink?_indexes_=${frames[n]?.index}`, { method: "PUT" });
    }
    watcher.socket.terminate();
    expect(await lengthOf(`${NAME}/sink`)).toBe("0");
  });

  test("through inference: as many results as requests, with the same ids", async () => {
    const watcher = await watchService(`${NAME}/sink`, { query: "&_window_=5&_auto_commit_=true" });
    const sent = new Set<string>();
    for (let n = 0; n < 100; n++) sent.add(await put(NAME));
    const frames = await watcher.received(100);
    expect(new Set(frames.map(({ tags }) => tags.requestId))).toEqual(sent);
    expect(Object.keys(JSON.parse(frames[0]?.data ?? "")[0])).toHaveLength(2);
    watcher.socket.terminate();
    expect([await lengthOf(NAME), await lengthOf(`${NAME}/sink`)]).toEqual(["0", "0"]);
  });

  test("a connection that breaks in the middle: all hundred are committed in the end", async () => {
    const committed = new Set<string>();
    let watcher = await watchService(`${NAME}/sink`, { query: "&_window_=5", uid: "go" });
    for (let n = 0; n < 100; n++) await put(`${NAME}/sink`, String(n));
    for (let seen = 0; committed.size < 100; seen++) {
      if (committed.size === 60 && seen === 60) {
        watcher.socket.terminate();
        watcher = await watchService(`${NAME}/sink`, { query: "&_window_=5", uid: "go" });
        seen = 0;
      }
      const frame = (await watcher.received(seen + 1))[seen];
      await call(`${NAME}/sink?_indexes_=${frame?.index}`, { method: "PUT" });
      committed.add(frame?.data ?? "");
    }
    watcher.socket.terminate();
    expect(await lengthOf(`${NAME}/sink`)).toBe("0");
  });
});

function fail(): never {
  throw new Error("not there");
}
