import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { type Listening, listen } from "@/lib/sandbox/core/listen";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import type { GatewayGroup } from "./resolve";
import { createGateway, type GatewayService, type Upstream } from "./server";

const TOKEN = "dG9rZW4=";

let clock: ManualClock;
let gateway: Listening;
let services: Map<string, GatewayService>;
let groups: Map<string, GatewayGroup>;

beforeEach(async () => {
  clock = createManualClock();
  services = new Map();
  groups = new Map();
  const { handle, upgrade } = createGateway({
    clock,
    find: (name) => services.get(name),
    findGroup: (name) => groups.get(name),
    port: () => gateway.port,
  });
  gateway = await listen(handle, 0, { upgrade });
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

describe("groups", () => {
  const named = (name: string): Upstream => ({
    inFlight: 0,
    handle: async () => ({ status: 200, headers: {}, body: Buffer.from(name) }),
  });
  const to = async (path: string, authorization = "group") => {
    const response = await call(path, { headers: { authorization } });
    return [response.status, await response.text()];
  };
  beforeEach(() => {
    for (const name of ["blue", "green"]) add(name, { upstreams: [named(name)] });
    groups.set("shop", {
      name: "shop",
      token: "group",
      members: [
        { service: "blue", share: 0.5 },
        { service: "green", share: 0.5 },
      ],
    });
  });

  test("the group's address goes round its members, a member's leads to it", async () => {
    expect([await to("shop"), await to("shop")].map(([, body]) => body).sort()).toEqual(["blue", "green"]);
    expect(await to("shop.green/x")).toEqual([200, "green"]);
    expect(await to("shop.green", TOKEN)).toEqual([200, "green"]);
  });

  test("a member's token does not open the group, nor the group's a service that is addressed alone", async () => {
    expect((await to("shop", TOKEN))[0]).toBe(401);
    expect((await to("green", "group"))[0]).toBe(401);
  });

  test("503 when no member takes traffic", async () => {
    groups.set("shop", { name: "shop", token: "group", members: [{ service: "blue", share: 0 }] });
    expect(await to("shop")).toEqual([503, "no healthy upstream"]);
    expect((await to("shop", "wrong"))[0]).toBe(401);
  });
});

describe("service discovery", () => {
  const discover = async (path: string) => {
    const response = await fetch(`http://localhost:${gateway.port}${path}`);
    return response.status === 200 ? response.json() : response.status;
  };

  test.each([
    "/api/v1/servicediscovery/upstreams/demo?internal=true",
    "/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/demo?internal=false",
  ])("%s names an endpoint that can be called", async (path) => {
    add("demo");
    const { endpoints } = await discover(path);
    expect(endpoints.items).toEqual([{ app: "demo", ip: "127.0.0.1", port: gateway.port, weight: 100 }]);
    const [{ ip, port }] = endpoints.items;
    const answer = await fetch(`http://${ip}:${port}/api/predict/demo`, { headers: { authorization: TOKEN } });
    expect(answer.status).toBe(200);
  });

  test("none while nothing is ready, 404 for what is not there", async () => {
    add("demo", { upstreams: [] });
    expect((await discover("/api/v1/servicediscovery/upstreams/demo")).endpoints.items).toEqual([]);
    expect(await discover("/api/v1/servicediscovery/upstreams/nobody")).toBe(404);
  });
});

describe("requests that are none", () => {
  /** Sends raw bytes, hangs up if told to, and returns what came back. */
  const raw = (bytes: string, hangUp = false) =>
    new Promise<string>((resolve) => {
      const socket = connect(gateway.port, "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(answer));
      socket.write(bytes, () => hangUp && socket.destroy());
    });

  test("a body that is cut short is answered by nothing and logged by nothing", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    add("demo");
    await raw(
      `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nContent-Length: 10\r\n\r\nabc`,
      true,
    );
    expect((await call("demo")).status).toBe(200);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test("what is no HTTP is a 400 without a word about us", async () => {
    const answer = await raw("GET\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(answer).not.toMatch(/node|\.ts|Error/);
  });

  test.each([
    ["demo", TOKEN, "501"],
    ["demo", "wrong", "401"],
    ["nobody", TOKEN, "404"],
    ["later", TOKEN, "503"],
  ])("a WebSocket to %s with token %s: %s", async (path, token, status) => {
    add("demo");
    add("later", { isAsync: true });
    const answer = await raw(
      `GET /api/predict/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    expect(answer).toContain(`HTTP/1.1 ${status} `);
  });
});

/** As Java's HttpClient begins a connection. */
const H2C =
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA";

test.each(["at once", "in pieces"])(
  "a wish for HTTP/2 is ignored, the request answered with its body sent %s",
  async (how) => {
    add("demo");
    const body = JSON.stringify({ prompt: "马" });
    const head = `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\n${H2C}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const next = `GET /api/predict/demo/second HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nConnection: close\r\n\r\n`;
    const pieces = how === "at once" ? [`${head}${body}${next}`] : [head, body.slice(0, 5), body.slice(5), next];
    const socket = connect(gateway.port, "127.0.0.1");
    let answers = "";
    socket.on("data", (chunk) => {
      answers += chunk;
    });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    for (const piece of pieces) {
      await new Promise((resolve) => socket.write(piece, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(answers).toContain("/second");
    expect(answers).not.toContain("101 Switching");
  },
);

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
