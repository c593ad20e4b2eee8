import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { type HttpHandler, type Listening, listen } from "./listen";

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(...args: Parameters<typeof listen>) {
  const server = await listen(...args);
  open.push(server);
  return server;
}

function get(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    request({ host, port, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", (error) => resolve("code" in error ? String(error.code) : error.message))
      .end();
  });
}

test("one port answers on both loopback addresses", async () => {
  const server = await start((_, response) => void response.end("ok"), 0);
  expect(await get("127.0.0.1", server.port)).toBe(200);
  expect([200, "EADDRNOTAVAIL", "EAFNOSUPPORT", "ENETUNREACH"]).toContain(await get("::1", server.port));
});

test("a port in use is an error, and nothing stays bound", async () => {
  const first = await start((_, response) => void response.end(), 0);
  await expect(listen((_, response) => void response.end(), first.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(await get("127.0.0.1", first.port)).toBe(200);
});

test("the port is free after close, open connections included", async () => {
  const server = await listen((_, response) => void response.end("ok"), 0);
  const socket = connect(server.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.on("error", () => undefined);
  await server.close();
  const again = await start((_, response) => void response.end("ok"), server.port);
  expect(again.port).toBe(server.port);
});

test("a failing handler answers 500 and the server lives on", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  let calls = 0;
  const server = await start(async (_, response) => {
    if (calls++ === 0) throw new Error("expected by the test");
    response.end("ok");
  }, 0);
  expect(await get("127.0.0.1", server.port)).toBe(500);
  expect(await get("127.0.0.1", server.port)).toBe(200);
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});

test("Content-Length together with chunked is accepted, as ali-oss sends it", async () => {
  let body = "";
  const server = await start(async (incoming, response) => {
    for await (const chunk of incoming) body += chunk;
    response.end();
  }, 0);
  const socket = connect(server.port, "127.0.0.1");
  socket.write("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
  socket.write("5\r\nhello\r\n0\r\n\r\n");
  const reply = await new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(chunk.toString())));
  socket.destroy();
  expect(reply).toMatch(/^HTTP\/1\.1 200/);
  expect(body).toBe("hello");
});

/** Sends bytes as they are and reads until the server closes. */
function raw(port: number, bytes: string, { half = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: half });
    let reply = "";
    socket.on("data", (chunk) => {
      reply += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(reply));
    socket.on("end", () => socket.end());
    socket.write(bytes);
    if (half) socket.end();
  });
}

describe("requests that are none", () => {
  const refuse = (problem: string) => ({
    status: 400,
    contentType: "application/xml",
    body: `<Code>${problem}</Code>`,
  });
  let log: MockInstance<typeof console.error>;
  beforeEach(() => {
    log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });
  const reading: HttpHandler = async (incoming, response) => {
    for await (const _ of incoming);
    response.end("ok");
  };

  test.each([
    ["no HTTP at all", "\u0016\u0003\u0001 hello\r\n\r\n", "malformed"],
    ["an unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "malformed"],
    ["a length that is no number", "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", "malformed"],
    ["a head that is too large", `GET / HTTP/1.1\r\nX: ${"x".repeat(70_000)}\r\n\r\n`, "headers-too-large"],
  ])("%s is answered in the protocol's form", async (_, bytes, problem) => {
    const server = await start(reading, 0, { refuse });
    const reply = await raw(server.port, bytes);
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/xml\r\n/);
    expect(reply).toContain(`<Code>${problem}</Code>`);
    expect(await get("127.0.0.1", server.port)).toBe(200);
  });

  test("a body cut short is answered when the client still listens", async () => {
    const server = await start(reading, 0, { refuse });
    const reply = await raw(server.port, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort", {
      half: true,
    });
    expect(reply).toContain("<Code>cut-short</Code>");
  });

  test("a client that leaves in the middle of its body hurts nobody", async () => {
    const server = await start(reading, 0);
    const socket = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort");
    await new Promise<void>((resolve) => socket.resetAndDestroy().once("close", () => resolve()));
    expect(await get("127.0.0.1", server.port)).toBe(200);
  });

  test("a head that trickles is given up, without holding others up", async () => {
    const server = await start(reading, 0, { headersTimeoutMs: 80 });
    const slow = [1, 2, 3].map(() => raw(server.port, "GET / HTTP/1.1\r\nX-Slow: "));
    expect(await get("127.0.0.1", server.port)).toBe(200);
    for (const reply of await Promise.all(slow)) expect(reply).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("without a form of its own a server answers plainly", async () => {
    const server = await start(reading, 0);
    expect(await raw(server.port, "BREW / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request[\s\S]*Bad Request$/);
  });
});

describe("upgrades", () => {
  const ask = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n";

  test("without a handler the request is an ordinary one", async () => {
    const server = await start((_, response) => void response.setHeader("connection", "close").end("ordinary"), 0);
    expect(await raw(server.port, ask)).toMatch(/ordinary$/);
  });

  test("the handler has the socket, and closing the server ends it", async () => {
    const server = await listen((_, response) => void response.end(), 0, {
      upgrade: (_, socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\nmine"),
    });
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(ask);
    const reply = await new Promise((resolve) => socket.once("data", (chunk) => resolve(String(chunk))));
    expect(reply).toMatch(/mine$/);
    await server.close();
    await closed;
  });

  test("a handler that fails drops the connection, not the server", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const server = await start((_, response) => void response.end(), 0, {
      upgrade: () => {
        throw new Error("expected by the test");
      },
    });
    expect(await raw(server.port, ask)).toBe("");
    expect(await get("127.0.0.1", server.port)).toBe(200);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});
