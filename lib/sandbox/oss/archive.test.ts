import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

const BUCKET = "archived";
let server: TestServer;
let client: Client;

beforeEach(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
  await client.put("cold", Buffer.from("bytes"), { headers: { "x-oss-storage-class": "Archive" } });
});
afterEach(() => server.remove());

async function restore(key: string, body = "") {
  const url = await client.signatureUrlV4("POST", 600, { queries: { restore: null } }, key);
  return http(server, url, { method: "POST", body });
}

const restoreState = async () => {
  const { res } = await client.head("cold");
  return (res.headers as Record<string, string>)["x-oss-restore"];
};

const MINUTE = 60_000;

test("an archived object is listed and asked about, but not read or copied", async () => {
  expect(await restoreState()).toBeUndefined();
  await expect(client.get("cold")).rejects.toMatchObject({ status: 403, code: "InvalidObjectState" });
  await expect(client.copy("copy", "cold")).rejects.toMatchObject({ code: "InvalidObjectState" });
});

test("a restore takes its time and then lets the object be read", async () => {
  expect((await restore("cold")).status).toBe(202);
  expect(await restoreState()).toBe('ongoing-request="true"');
  await expect(client.get("cold")).rejects.toMatchObject({ code: "InvalidObjectState" });
  const again = await restore("cold");
  expect([again.status, tag(again.body, "Code")]).toEqual([409, "RestoreAlreadyInProgress"]);
  await server.clock.advance(MINUTE);
  expect(await restoreState()).toMatch(/^ongoing-request="false", expiry-date="\w{3}, /);
  expect((await client.get("cold")).content.toString()).toBe("bytes");
  expect((await restore("cold", "<RestoreRequest><Days>3</Days></RestoreRequest>")).status).toBe(200);
});

test("colder classes name the tier of their restore, Archive has none to choose", async () => {
  const tier = (name: string) => `<RestoreRequest><JobParameters><Tier>${name}</Tier></JobParameters></RestoreRequest>`;
  for (const [key, body, priority] of [
    ["colder", "", "Standard"],
    ["coldest", tier("Expedited"), "Expedited"],
  ] as const) {
    await client.put(key, Buffer.from("x"), { headers: { "x-oss-storage-class": "ColdArchive" } });
    expect((await restore(key, body)).headers["x-oss-object-restore-priority"]).toBe(priority);
  }
  await restore("cold");
  expect(tag((await restore("cold", tier("Standard"))).body, "Code")).toBe("MalformedXML");
});

test("a listing tells of restores", async () => {
  const listed = async () => {
    const answer = await http(server, await client.signatureUrlV4("GET", 600, { queries: { "list-type": "2" } }, ""));
    return tag(answer.body, "RestoreInfo");
  };
  expect(await listed()).toBeUndefined();
  await restore("cold");
  expect(await listed()).toBe("ongoing-request=&quot;true&quot;");
  await server.clock.advance(MINUTE);
  expect(await listed()).toContain("expiry-date=");
});

test("what is not archived cannot be restored, and a wrong request is refused", async () => {
  await client.put("warm", Buffer.from("x"));
  expect(tag((await restore("warm")).body, "Code")).toBe("OperationNotSupported");
  expect((await restore("none")).status).toBe(404);
  const tooLong = await restore("cold", "<RestoreRequest><Days>8</Days></RestoreRequest>");
  expect(tag(tooLong.body, "Code")).toBe("MalformedXML");
});
