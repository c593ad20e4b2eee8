import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultyCloud, startFaultyCloud } from "@/lib/sandbox/control/testing";

/* What never becomes a whole request, on the ports of the cloud: refused in each protocol's own form. */

let cloud: FaultyCloud;
beforeAll(async () => {
  cloud = await startFaultyCloud();
});
afterAll(() => cloud.close());

/** Sends bytes as they are, closes its side, and reads until the server does. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let reply = "";
    socket.on("data", (chunk) => {
      reply += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(reply));
    socket.end(bytes);
  });
}

const CUT_SHORT = "PUT /models/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nshort";
const TOO_LARGE = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(70_000)}\r\n\r\n`;

test.each([
  ["oss", "malformed", "NOT HTTP\r\n\r\n", 400, /<Code>BadRequest<\/Code>/],
  ["oss", "a head that is too large", TOO_LARGE, 400, /<Code>BadRequest<\/Code>/],
  ["eas", "malformed", "NOT HTTP\r\n\r\n", 400, /"Code":"InvalidRequest"/],
  ["eas", "a body cut short", CUT_SHORT, 400, /"Code":"InvalidRequest"/],
  ["eas", "a head that is too large", TOO_LARGE, 431, /"Code":"InvalidRequest"/],
  ["gateway", "malformed", "NOT HTTP\r\n\r\n", 400, /Bad Request$/],
  ["gateway", "a body cut short", CUT_SHORT, 400, /Bad Request$/],
  ["sts", "malformed", "NOT HTTP\r\n\r\n", 400, /<Code>InvalidRequest<\/Code>/],
  ["control", "a head that is too large", TOO_LARGE, 431, /Request Header Fields Too Large$/],
] as const)("%s: %s", async (server, _, bytes, status, form) => {
  const reply = await send(cloud.sandbox.ports[server], bytes);
  expect(reply.split("\r\n")[0]).toContain(`HTTP/1.1 ${status} `);
  expect(reply).toMatch(form);
  expect((await cloud.control.status()).region).toBe("cn-hangzhou");
});

test("oss: the request id is in the head and in the body", async () => {
  const reply = await send(cloud.sandbox.ports.oss, "NOT HTTP\r\n\r\n");
  const id = /<RequestId>([0-9A-F]{24})</.exec(reply)?.[1];
  expect(id).toBeDefined();
  expect(reply).toContain(`\r\nx-oss-request-id: ${id}\r\n`);
  expect(reply).toContain("\r\nServer: AliyunOSS\r\n");
});

test("oss: a signed put cut short is refused, and nothing is left of it", async () => {
  const { host, pathname, search } = new URL(await cloud.oss("models").signatureUrlV4("PUT", 60, {}, "cut"));
  const head = `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n`;
  const reply = await send(cloud.sandbox.ports.oss, `${head}short`);
  expect(reply).toMatch(/^HTTP\/1\.1 400 [\s\S]*<Code>RequestTimeout<\/Code>/);
  const left: unknown = await cloud
    .oss("models")
    .head("cut")
    .catch((error: unknown) => error);
  expect(left).toMatchObject({ status: 404 });
});
