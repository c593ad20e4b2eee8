import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient, type HttpOptions, http, startTestServer, type TestServer, tag } from "./testing";

const BUCKET = "appended";
let server: TestServer;
let client: Client;

beforeEach(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
});
afterEach(() => server.remove());

async function append(key: string, position: number, body: string, headers: Record<string, string> = {}) {
  const url = await client.signatureUrlV4("POST", 60, { queries: { append: null, position }, headers }, key);
  const options: HttpOptions = { method: "POST", body, headers };
  return http(server, url, options);
}

test("appends grow one object; its first headers stay, its ACL follows", async () => {
  const first = await append("log", 0, "123456", { "x-oss-meta-a": "1", "x-oss-object-acl": "public-read" });
  expect(first.headers).toMatchObject({ "x-oss-next-append-position": "6" });
  const second = await append("log", 6, "789", { "x-oss-meta-a": "2", "x-oss-object-acl": "private" });
  // The vendor's check value of `123456789` (CRC-64/XZ).
  expect(second.headers).toMatchObject({
    "x-oss-next-append-position": "9",
    "x-oss-hash-crc64ecma": "11051210869376104954",
  });
  const { content, res } = await client.get("log");
  expect(content.toString()).toBe("123456789");
  expect(res.headers).toMatchObject({
    "x-oss-object-type": "Appendable",
    "x-oss-meta-a": "1",
    "x-oss-next-append-position": "9",
  });
  expect((await client.getACL("log")).acl).toBe("private");
});

test("an append elsewhere than at the end is refused and says where the end is", async () => {
  await append("log", 0, "abc");
  for (const [key, position, end] of [
    ["log", 2, "3"],
    ["new", 5, "0"],
  ] as const) {
    const answer = await append(key, position, "x");
    expect([answer.status, tag(answer.body, "Code")]).toEqual([409, "PositionNotEqualToLength"]);
    expect(answer.headers["x-oss-next-append-position"]).toBe(end);
  }
});

test("of two appends at one place one wins", async () => {
  const answers = await Promise.all(["left", "right"].map((text) => append("race", 0, text)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("an ordinary object cannot be appended to", async () => {
  await client.put("plain", Buffer.from("x"));
  const answer = await append("plain", 1, "y");
  expect([answer.status, tag(answer.body, "Code")]).toEqual([409, "ObjectNotAppendable"]);
});
