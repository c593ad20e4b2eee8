import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createManualClock, type ManualClock } from "@/lib/clock";
import type { FaultRequest } from "./fault-kinds";
import { createFaults, type Faults } from "./faults";
import { createLine } from "./line";
import { type Listening, listen } from "./listen";

/* The wrapper alone, around a server that says what it received and answers with what it is told to. */

let clock: ManualClock;
let faults: Faults;
let server: Listening;
let received: { url: string; bytes: number; isWhole: boolean }[];
let answer: { status: number; body: string };

const BODY = "0123456789".repeat(30_000);
/** As it comes without a fault. */
const WHOLE = { status: 200, length: BODY.length, body: BODY };

async function serve(incoming: IncomingMessage): Promise<void> {
  const seen = { url: incoming.url ?? "", bytes: 0, isWhole: false };
  received.push(seen);
  try {
    for await (const chunk of incoming) seen.bytes += Buffer.from(chunk).length;
    seen.isWhole = incoming.complete;
  } catch {
    // Cut short: `isWhole` says so.
  }
}

beforeEach(async () => {
  clock = createManualClock();
  faults = createFaults(clock);
  received = [];
  answer = { status: 200, body: BODY };
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on("connection", (socket) => socket.on("message", (text) => socket.send(`echo ${text}`)));
  const line = createLine(faults, clock, (incoming) => ({ server: "gateway", path: incoming.url?.split("?")[0] }));
  server = await listen(
    async (incoming, response) => {
      await serve(incoming);
      const { status, body } = answer;
      response.writeHead(status, { "content-type": "text/plain", "content-length": body.length });
      response.end(incoming.method === "HEAD" ? undefined : body);
    },
    0,
    {
      line,
      upgrade: (incoming, socket, head) =>
        sockets.handleUpgrade(incoming, socket, head, (socket) => void sockets.emit("connection", socket)),
    },
  );
});
afterEach(() => server.close());

interface Outcome {
  status?: number;
  length?: number;
  /** One character for each byte: quicker to compare than a buffer. */
  body: string;
  error?: string;
}

/** What the client gets; a connection that breaks is an outcome too. */
function call(path = "/", { method = "GET", body }: { method?: string; body?: string } = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const outcome: Outcome = { body: "" };
    const finish = (error?: Error & { code?: string }) => {
      resolve({
        ...outcome,
        body: Buffer.concat(chunks).toString("latin1"),
        ...(error && { error: error.code ?? error.message }),
      });
    };
    const headers = body ? { "content-length": body.length } : {};
    const outgoing = httpRequest(
      { port: server.port, host: "127.0.0.1", path, method, headers, agent: false },
      (response) => {
        outcome.status = response.statusCode;
        const length = response.headers["content-length"];
        if (length !== undefined) outcome.length = Number(length);
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", finish);
        response.on("end", () => finish());
      },
    );
    outgoing.on("error", finish);
    outgoing.end(body);
  });
}

/** Lets the clock run in small steps until the work is done; returns how long it took by the clock. */
async function elapse<T>(work: Promise<T>, stepMs = 50): Promise<{ result: T; ms: number }> {
  const start = clock.now();
  let result: { value: T } | undefined;
  void work.then((value) => {
    result = { value };
  });
  while (!result) await clock.advance(stepMs);
  return { result: result.value, ms: clock.now() - start };
}

const put = (fault: FaultRequest) => faults.add(fault);

test("without a fault everything passes as it is", async () => {
  expect(await call("/", { method: "PUT", body: BODY })).toEqual(WHOLE);
  expect(received).toEqual([{ url: "/", bytes: BODY.length, isWhole: true }]);
});

test("a fault for another path changes nothing", async () => {
  for (const kind of ["latency", "bandwidth", "reset", "corrupted-answer", "gateway-page"] as const)
    put({ kind, scope: { path: "/other" } });
  expect(await call("/", { method: "PUT", body: BODY })).toEqual(WHOLE);
});

describe("latency", () => {
  test("the request reaches its server when the time is over", async () => {
    put({ kind: "latency", parameters: { delayMs: 700 }, times: 1 });
    const answered = call();
    // The fault is taken when the request has come.
    while (faults.counters().latency === 0) await clock.advance(0);
    await clock.advance(699);
    expect(received).toEqual([]);
    await clock.advance(1);
    expect((await answered).status).toBe(200);
    expect((await call()).status).toBe(200);
  });

  test("jitter is drawn from the seed", async () => {
    const times = async (seed: number) => {
      faults.clear();
      put({ kind: "latency", parameters: { delayMs: 100, jitterMs: 1000 }, seed });
      const found: number[] = [];
      for (let n = 0; n < 3; n++) found.push((await elapse(call(), 1)).ms);
      return found;
    };
    const first = await times(5);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(100);
    expect(new Set(first.map((ms) => Math.round(ms / 50))).size).toBeGreaterThan(1);
    expect((await times(6)).map((ms) => Math.round(ms / 50))).not.toEqual(first.map((ms) => Math.round(ms / 50)));
  });
});

describe("bandwidth", () => {
  test("of a request's body", async () => {
    put({ kind: "bandwidth", parameters: { bytesPerSecond: 100_000, direction: "request" } });
    const { result, ms } = await elapse(call("/", { method: "PUT", body: BODY }));
    expect(ms).toBeGreaterThanOrEqual(3000);
    expect(result.body).toBe(BODY);
    expect(received).toEqual([{ url: "/", bytes: BODY.length, isWhole: true }]);
  });

  test("of an answer's body", async () => {
    put({ kind: "bandwidth", parameters: { bytesPerSecond: 100_000, direction: "answer" } });
    const { result, ms } = await elapse(call());
    expect(ms).toBeGreaterThanOrEqual(3000);
    expect(result).toEqual(WHOLE);
  });

  test("two transfers share the line", async () => {
    put({ kind: "bandwidth", parameters: { bytesPerSecond: 100_000 } });
    const { ms } = await elapse(Promise.all([call("/a"), call("/b")]));
    expect(ms).toBeGreaterThanOrEqual(6000);
  });
});

describe("reset", () => {
  test("in the middle of a request's body: the server sees it cut short", async () => {
    put({ kind: "reset", parameters: { afterBytes: 1000, direction: "request" }, times: 1 });
    expect((await call("/", { method: "PUT", body: BODY })).error).toMatch(/ECONNRESET|EPIPE/);
    expect(received).toEqual([{ url: "/", bytes: 1000, isWhole: false }]);
    expect((await call("/", { method: "PUT", body: BODY })).status).toBe(200);
  });

  test("in the middle of an answer's body", async () => {
    put({ kind: "reset", parameters: { afterBytes: 1000, direction: "answer" }, times: 1 });
    const outcome = await call();
    expect(outcome.error).toMatch(/ECONNRESET/);
    expect(outcome.body.length).toBeLessThanOrEqual(1000);
    expect((await call()).error).toBeUndefined();
  });

  test("right before the answer: the work was done", async () => {
    put({ kind: "reset", parameters: { afterBytes: 0, direction: "answer" } });
    expect(await call("/", { method: "PUT", body: BODY })).toEqual({ body: "", error: "ECONNRESET" });
    expect(received).toEqual([{ url: "/", bytes: BODY.length, isWhole: true }]);
  });

  test("a body that is shorter does not use it up", async () => {
    put({ kind: "reset", parameters: { afterBytes: 1000, direction: "request" }, times: 1 });
    expect((await call("/", { method: "PUT", body: "short" })).status).toBe(200);
    expect(faults.list()[0]?.fired).toBe(0);
  });
});

describe("a corrupted answer", () => {
  test("flipped: the right length, other bytes", async () => {
    put({ kind: "corrupted-answer", parameters: { how: "flip", at: 150_000 } });
    const { body, length } = await call();
    expect(length).toBe(BODY.length);
    expect(body.slice(0, 150_000)).toBe(BODY.slice(0, 150_000));
    expect(body.slice(150_016)).toBe(BODY.slice(150_016));
    for (let at = 150_000; at < 150_016; at++) expect(body.charCodeAt(at)).toBe(BODY.charCodeAt(at) ^ 0xff);
  });

  test("truncated: the length says so too", async () => {
    put({ kind: "corrupted-answer", parameters: { how: "truncate", at: 70_000 } });
    expect(await call()).toEqual({ status: 200, length: 70_000, body: BODY.slice(0, 70_000) });
  });

  test.each([0, 70_000])("cut after %d bytes: the connection closes before the length", async (at) => {
    put({ kind: "corrupted-answer", parameters: { how: "cut", at } });
    const { error, length, body } = await call();
    expect([error, length, body.length]).toEqual(["ECONNRESET", BODY.length, at]);
  });

  test("errors and answers without a body are left alone", async () => {
    put({ kind: "corrupted-answer", parameters: { how: "truncate" }, times: 1 });
    expect((await call("/", { method: "HEAD" })).length).toBe(BODY.length);
    answer = { status: 404, body: "no" };
    expect((await call()).body).toBe("no");
    expect(faults.list()).toHaveLength(1);
  });
});

test.each([502, 503, 504] as const)("a balancer's page with %d comes before the server", async (status) => {
  put({ kind: "gateway-page", parameters: { status }, times: 1 });
  const outcome = await call("/", { method: "PUT", body: BODY });
  expect(outcome.status).toBe(status);
  expect(outcome.body).toMatch(/^<html>/);
  expect(received).toEqual([]);
  expect((await call()).status).toBe(200);
});

describe("over a WebSocket", () => {
  async function open() {
    const socket = new WebSocket(`ws://localhost:${server.port}/watch`);
    socket.on("error", () => undefined);
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    const opened = new Promise<void>((resolve) => socket.once("open", () => resolve()));
    const next = () => new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
    return { socket, closed, opened, next };
  }

  test("each message is late, on a connection that was open before", async () => {
    const { socket, opened, next } = await open();
    await opened;
    put({ kind: "latency", parameters: { delayMs: 400 } });
    const message = next();
    socket.send("a");
    expect(await elapse(message, 10)).toMatchObject({
      result: "echo a",
      ms: expect.toSatisfy((ms: number) => ms >= 400),
    });
    faults.clear();
    const second = next();
    socket.send("b");
    expect(await second).toBe("echo b");
    socket.close();
  });

  test("the opening is late", async () => {
    put({ kind: "latency", parameters: { delayMs: 400 }, times: 1 });
    const { socket, opened } = await open();
    expect((await elapse(opened, 10)).ms).toBeGreaterThanOrEqual(400);
    socket.close();
  });

  test.each(["request", "answer"] as const)(
    "a reset of the %s ends the connection without a farewell",
    async (direction) => {
      const { socket, opened, next, closed } = await open();
      await opened;
      const first = next();
      socket.send("a");
      expect(await first).toBe("echo a");
      put({ kind: "reset", parameters: { afterBytes: 0, direction }, times: 1 });
      socket.send("b");
      expect(await closed).toBe(1006);
    },
  );
});
