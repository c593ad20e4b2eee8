import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

/** Form uploads: policies signed by the SDK (V4) and by hand (V1), bodies made by the platform's own FormData. */

const BUCKET = "forms";
let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
});
afterAll(() => server.remove());

type Fields = Record<string, string>;
type Policy = { expiration: string; conditions: unknown[] };

function policy(conditions: unknown[] = [], expiresIn = 60_000): Policy {
  return { expiration: new Date(server.clock.now() + expiresIn).toISOString(), conditions };
}

function signV4(signed: Policy): Fields {
  const date = new Date(server.clock.now());
  const timestamp = `${date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const signer = client as unknown as { signPostObjectPolicyV4(policy: Policy, date: Date): string };
  return {
    policy: Buffer.from(JSON.stringify(signed)).toString("base64"),
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": `${ACCOUNT.accessKeyId}/${timestamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    "x-oss-date": timestamp,
    "x-oss-signature": signer.signPostObjectPolicyV4(signed, date),
  };
}

function signV1(signed: Policy): Fields {
  const encoded = Buffer.from(JSON.stringify(signed)).toString("base64");
  const signature = createHmac("sha1", ACCOUNT.accessKeySecret).update(encoded).digest("base64");
  return { policy: encoded, OSSAccessKeyId: ACCOUNT.accessKeyId, Signature: signature };
}

async function post(fields: Fields, file = "content", fileName = "分片.txt") {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([file], { type: "text/x-file" }), fileName);
  const encoded = new Response(form);
  const body = Buffer.from(await encoded.arrayBuffer());
  const headers = { "content-type": encoded.headers.get("content-type") ?? "" };
  const answer = await http(server, `/${BUCKET}/`, { method: "POST", headers, body });
  return { ...answer, code: tag(answer.body, "Code") };
}

describe.each([
  ["V4", signV4],
  ["V1", signV1],
] as const)("%s policies", (_, sign) => {
  test("an upload with metadata", async () => {
    const fields = sign(policy([{ bucket: BUCKET }, ["starts-with", "$key", "up/"], ["content-length-range", 1, 100]]));
    const answer = await post({ key: "up/a", "x-oss-meta-a": "1", "Cache-Control": "no-store", ...fields });
    expect(answer).toMatchObject({
      status: 204,
      body: "",
      headers: { etag: expect.stringMatching(/^"[0-9A-F]{32}"$/) },
    });
    const { content, res } = await client.get("up/a");
    expect(content.toString()).toBe("content");
    expect(res.headers).toMatchObject({
      "content-type": "text/x-file",
      "x-oss-meta-a": "1",
      "cache-control": "no-store",
    });
  });

  test("a line break in a field that becomes a header is refused", async () => {
    const answer = await post({ key: "broken", "x-oss-meta-a": "1\n2", ...sign(policy()) });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    await expect(client.head("broken")).rejects.toMatchObject({ status: 404 });
  });

  test("the answer that the form asks for", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the vendor's placeholder.
    const created = await post({ key: "up/${filename}", success_action_status: "201", ...sign(policy()) });
    expect(created.status).toBe(201);
    expect(tag(created.body, "Key")).toBe("up/分片.txt");
    const redirect = { success_action_redirect: "http://localhost/done?x=1" };
    const redirected = await post({ key: "up/b", ...redirect, ...sign(policy()) });
    expect(redirected).toMatchObject({
      status: 303,
      headers: { location: expect.stringContaining("x=1&bucket=forms&key=up") },
    });
  });

  test.each<[string, () => Policy, Fields, number, string]>([
    ["expired", () => policy([], -1), {}, 403, "AccessDenied"],
    ["another key", () => policy([["eq", "$key", "other"]]), {}, 403, "AccessDenied"],
    ["another bucket", () => policy([{ bucket: "other" }]), {}, 403, "AccessDenied"],
    ["too large", () => policy([["content-length-range", 0, 3]]), {}, 400, "EntityTooLarge"],
    ["too small", () => policy([["content-length-range", 30, 300]]), {}, 400, "EntityTooSmall"],
    ["unknown condition", () => policy([["near", "$key", "x"]]), {}, 400, "InvalidPolicyDocument"],
    ["a token nobody issued", () => policy(), { "x-oss-security-token": "t" }, 403, "InvalidSecurityToken"],
    ["a callback", () => policy(), { callback: "e30=" }, 400, "NotImplemented"],
    ["encryption", () => policy(), { "x-oss-server-side-encryption": "AES256" }, 400, "NotImplemented"],
    ["a policy changed after signing", () => policy(), { policy: "e30=" }, 403, "SignatureDoesNotMatch"],
  ])("%s is refused", async (_, make, extra, status, code) => {
    expect(await post({ key: "refused", ...sign(make()), ...extra })).toMatchObject({ status, code });
    await expect(client.head("refused")).rejects.toMatchObject({ status: 404 });
  });
});

test("without a policy the bucket's ACL decides", async () => {
  expect(await post({ key: "anonymous" })).toMatchObject({ status: 403, code: "AccessDenied" });
  await client.putBucketACL(BUCKET, "public-read-write");
  expect((await post({ key: "anonymous" })).status).toBe(204);
});

test("a file that contains almost the boundary, in odd pieces, comes through whole", async () => {
  const file = "\r\n--\r\n------WebKitFormBoundary\r\n--x".repeat(50_000);
  expect((await post({ key: "tricky", ...signV4(policy()) }, file)).status).toBe(204);
  expect((await client.get("tricky")).content.toString()).toBe(file);
});

test("what is no form is refused", async () => {
  const answer = await http(server, `/${BUCKET}/`, {
    method: "POST",
    body: "x",
    headers: { "content-type": "text/plain" },
  });
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("MalformedPOSTRequest") });
});
