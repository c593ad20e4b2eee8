import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { type Listening, listen } from "./listen";

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
