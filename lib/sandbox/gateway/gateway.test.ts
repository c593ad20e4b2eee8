import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { type Listening, listen } from "@/lib/sandbox/core/listen";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import { createGateway, type GatewayService, type Upstream } from "./server";

const TOKEN = "dG9rZW4=";

let clock: ManualClock;
let gateway: Listening;
let services: Map<string, GatewayService>;

beforeEach(async () => {
  clock = createManualClock();
  services = new Map();
  gateway = await listen(createGateway({ clock, find: (name) => services.get(name) }).handle, 0);
});
afterEach(() => gateway.close());

const url = (path: string) => `http://localhost:${gateway.port}/api/predict/${path}`;
const call = (path: string, init: RequestInit = {}) =>
  fetch(url(path), { method: "POST", headers: { authorization: TOKEN }, ...init });

/** A process that answers when the test says so. */
function createHeldUpstream() {
  const waiting: ((response: ContainerResponse) => void)[] = [];
  const arrivals: (() => void)[] = [];
  const seen: ContainerRequest[] = [];
  const upstream: Upstream & { inFlight: number } = {
    inFlight: 0,
    handle: async (request) => {
      seen.push(request);
      upstream.inFlight += 1;
      for (const wake of arrivals.splice(0)) wake();
      return new Promise((resolve) => {
        waiting.push((response) => {
          upstream.inFlight -= 1;
          resolve(response);
        });
      });
    },
  };
  return {
    upstream,
    seen,
    answerNext: (status = 200, body = "done") => waiting.shift()?.({ status, headers: {}, body: Buffer.from(body) }),
    async arrived(count: number) {
      while (seen.length < count) await new Promise<void>((resolve) => arrivals.push(resolve));
    },
  };
}

const echo: Upstream = {
  inFlight: 0,
  handle: async ({ method, url: path, headers, body }) => ({
    status: 200,
    headers: { "content-type": "application/json", "x-own": "1" },
    body: Buffer.from(
      JSON.stringify({ method, path, token: headers.authorization, body: Buffer.from(body).toString() }),
    ),
  }),
};

function add(
  name: string,
  change: Partial<Omit<GatewayService, "rpc">> & { rpc?: Partial<GatewayService["rpc"]> } = {},
) {
  services.set(name, {
    name,
    token: TOKEN,
    isAsync: false,
    upstreams: [echo],
    ...change,
    rpc: { keepaliveMs: 5000, workerThreads: 5, maxQueueSize: 64, rateLimit: 0, ...change.rpc },
  });
}

describe("the way to the container", () => {
  beforeEach(() => add("demo"));
  test.each([
    ["demo", "/"],
    ["demo/", "/"],
    ["demo/sdapi/v1/txt2img?a=1&b=%20", "/sdapi/v1/txt2img?a=1&b=%20"],
    ["demo?a=1", "/?a=1"],
  ])("%s reaches it as %s", async (path, expected) => {
    const response = await call(path, { body: "hello" });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-own")).toBe("1");
    expect(await response.json()).toEqual({ method: "POST", path: expected, body: "hello" });
  });

  test("the container's status and body pass unchanged", async () => {
    const body = JSON.stringify({ success: 0, error_code: 460, error_msg: "Json Parse Error - x" });
    add("demo", {
      upstreams: [{ inFlight: 0, handle: async () => ({ status: 460, headers: {}, body: Buffer.from(body) }) }],
    });
    const response = await call("demo");
    expect(response.status).toBe(460);
    expect(await response.text()).toBe(body);
  });

  test("the least busy instance takes the request", async () => {
    const busy = { inFlight: 3, handle: () => Promise.reject(new Error("must not be asked")) };
    add("demo", { upstreams: [busy, echo] });
    expect((await call("demo")).status).toBe(200);
  });
});

describe("what the gateway answers itself", () => {
  test.each(["nobody", "async_path.demo", ""])("404: %s", async (path) => {
    add("demo");
    expect((await call(path)).status).toBe(404);
  });

  test("404 for anything but predictions", async () => {
    expect((await fetch(`http://localhost:${gateway.port}/`)).status).toBe(404);
  });

  test.each([[undefined], ["wrong"], ["Bearer wrong"]])("401 with authorization %s", async (authorization) => {
    add("demo");
    const response = await call("demo", { headers: authorization === undefined ? {} : { authorization } });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ code: "Unauthorized", message: "Invalid token" });
  });

  test("503 while nothing is ready", async () => {
    add("demo", { upstreams: [] });
    const response = await call("demo");
    expect([response.status, await response.text()]).toEqual([503, "no healthy upstream"]);
  });

  test("503 when the process dies on the way", async () => {
    add("demo", { upstreams: [{ inFlight: 0, handle: () => Promise.reject(new ContainerExit(137)) }] });
    const response = await call("demo");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("reset reason: connection termination");
  });

  test("408 when the answer takes longer than keepalive, waiting included", async () => {
    const held = createHeldUpstream();
    add("demo", { upstreams: [held.upstream], rpc: { keepaliveMs: 300 } });
    const answer = call("demo");
    await held.arrived(1);
    await clock.advance(299);
    expect(held.upstream.inFlight).toBe(1);
    await clock.advance(1);
    expect((await answer).status).toBe(408);
    // The process goes on: the request keeps its place until it is done.
    expect(held.upstream.inFlight).toBe(1);
  });

  test("an answer in time is no 408", async () => {
    const held = createHeldUpstream();
    add("demo", { upstreams: [held.upstream], rpc: { keepaliveMs: 300 } });
    const answer = call("demo");
    await held.arrived(1);
    await clock.advance(299);
    held.answerNext();
    expect((await answer).status).toBe(200);
  });

  test("450 when the workers are busy and the queue is full", async () => {
    const held = createHeldUpstream();
    add("demo", { upstreams: [held.upstream], rpc: { workerThreads: 1, maxQueueSize: 2 } });
    const answers = [call("demo"), call("demo"), call("demo")];
    await held.arrived(3);
    expect((await call("demo")).status).toBe(450);
    for (const _ of answers) held.answerNext();
    for (const answer of answers) expect((await answer).status).toBe(200);
  });

  test("429 above the rate of all replicas, until the second is over", async () => {
    add("demo", { upstreams: [echo, echo], rpc: { rateLimit: 1 } });
    const statuses = async () => [
      (await call("demo")).status,
      (await call("demo")).status,
      (await call("demo")).status,
    ];
    expect(await statuses()).toEqual([200, 200, 429]);
    await clock.advance(1000);
    expect((await call("demo")).status).toBe(200);
  });

  test("413 above 1 MB", async () => {
    add("demo");
    expect((await call("demo", { body: "x".repeat(1024 * 1024) })).status).toBe(200);
    expect((await call("demo", { body: "x".repeat(1024 * 1024 + 1) })).status).toBe(413);
  });
});

describe("an asynchronous service", () => {
  beforeEach(() => add("later", { isAsync: true }));

  test.each(["later", "later/sink", "later?_attrs_=true"])(
    "503 while the queue sub-service is not ready: %s",
    async (path) => {
      const response = await call(path);
      expect([response.status, await response.text()]).toEqual([503, "no healthy upstream"]);
    },
  );

  test("its side door answers at once", async () => {
    expect(await (await call("async_path.later/x")).json()).toMatchObject({ path: "/x" });
  });

  test("the token comes first", async () => {
    expect((await call("later", { headers: {} })).status).toBe(401);
  });
});
