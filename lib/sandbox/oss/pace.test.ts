import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

const BUCKET = "paced";
/** The least that may be asked for: 100 KiB/s. */
const SLOWEST = 819_200;
const BODY = Buffer.alloc(30_000, "x");
/** What BODY takes at that speed. */
const LEAST_MS = (BODY.length * 8 * 1000) / SLOWEST;

let server: TestServer;
let client: Client;
beforeEach(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
});
afterEach(() => server.remove());

async function timed(method: string, body?: Buffer) {
  const url = await client.signatureUrlV4(method, 60, { queries: { "x-oss-traffic-limit": SLOWEST } }, "k");
  const started = performance.now();
  const answer = await http(server, url, { method, body });
  return { status: answer.status, length: answer.body.length, ms: performance.now() - started };
}

test("a request is as slow as it asked for, both ways", async () => {
  const put = await timed("PUT", BODY);
  expect(put.status).toBe(200);
  expect(put.ms).toBeGreaterThan(LEAST_MS * 0.9);
  const got = await timed("GET");
  expect(got.length).toBe(BODY.length);
  expect(got.ms).toBeGreaterThan(LEAST_MS * 0.9);
});

test.each(["819199", "838860801", "fast"])("a limit of %s is refused", async (limit) => {
  const url = await client.signatureUrlV4("PUT", 60, { queries: { "x-oss-traffic-limit": limit } }, "k");
  const answer = await http(server, url, { method: "PUT", body: "x" });
  expect([answer.status, tag(answer.body, "Code")]).toEqual([400, "InvalidArgument"]);
});
