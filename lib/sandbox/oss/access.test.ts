import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  type Client,
  createClient,
  type HttpOptions,
  http,
  startTestServer,
  type TestServer,
  tag,
} from "./testing";

/* What ACLs give to requests without a signature, in which order a request is checked, and what a refusal says. */

const BUCKET = "access";
let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
  await client.put("k", Buffer.from("content"));
});
afterAll(() => server.remove());

async function answer(target: string, options: HttpOptions = {}) {
  const { status, headers, body } = await http(server, target, options);
  return { status, headers, body, code: tag(body, "Code"), message: tag(body, "Message"), ec: tag(body, "EC") };
}

type Acl = "private" | "public-read" | "public-read-write";

describe("without a signature, the object's ACL decides, else the bucket's", () => {
  test.each<[Acl, Acl | "default", string, number, string?]>([
    ["private", "default", "GET", 403, "bucket"],
    ["private", "public-read", "GET", 200],
    ["private", "public-read", "HEAD", 200],
    ["private", "public-read", "PUT", 403, "object"],
    ["private", "public-read-write", "PUT", 200],
    ["public-read", "default", "GET", 200],
    ["public-read", "default", "PUT", 403, "bucket"],
    ["public-read", "private", "GET", 403, "object"],
    ["public-read-write", "private", "PUT", 403, "object"],
    ["public-read-write", "default", "PUT", 200],
  ])("bucket %s, object %s: %s is answered %i", async (bucketAcl, objectAcl, method, status, level) => {
    await client.putBucketACL(BUCKET, bucketAcl as never);
    await client.put("k", Buffer.from("content"));
    await client.putACL("k", objectAcl as never);
    const { body, ...got } = await answer(`/${BUCKET}/k`, { method, body: method === "PUT" ? "new" : undefined });
    expect(got.status).toBe(status);
    if (level !== undefined) {
      expect(got).toMatchObject({
        code: "AccessDenied",
        message: `You have no right to access this object because of ${level} acl.`,
        ec: "0003-00000001",
      });
    }
  });

  test.each([
    ["lists a public bucket", "public-read", "", 200],
    ["does not list a private one", "private", "", 403],
    ["reads no configuration, even of a public one", "public-read-write", "?cors", 403],
    ["reads no ACL", "public-read-write", "k?acl", 403],
  ] as const)("%s", async (_, acl, rest, status) => {
    await client.putBucketACL(BUCKET, acl as never);
    expect((await answer(`/${BUCKET}/${rest}`)).status).toBe(status);
  });

  test("the owner's operations have a number of their own", async () => {
    expect(await answer(`/${BUCKET}/?cors`)).toMatchObject({
      status: 403,
      code: "AccessDenied",
      message: "Anonymous access is forbidden for this operation.",
      ec: "0003-00000002",
    });
  });

  test("headers of the answer cannot be overridden, but a private object says only that it is private", async () => {
    await client.putACL("k", "public-read");
    const target = `/${BUCKET}/k?response-content-type=text%2Fhtml`;
    expect(await answer(target)).toMatchObject({ status: 400, code: "InvalidRequest" });
    await client.putACL("k", "private");
    expect(await answer(target)).toMatchObject({ status: 403, code: "AccessDenied" });
  });
});

describe("the order of checks", () => {
  const minutes = (count: number) => new Date(server.clock.now() + count * 60_000);
  const v1 = (date: Date, keyId = ACCOUNT.accessKeyId, more: Record<string, string> = {}) =>
    answer(`/${BUCKET}/k`, { headers: { date: date.toUTCString(), authorization: `OSS ${keyId}:d3Jvbmc=`, ...more } });

  test("shape, key, time, token, signature", async () => {
    const token = { "x-oss-security-token": "x" };
    const misshapen = { date: minutes(-20).toUTCString(), authorization: "OSS nobody" };
    expect((await answer(`/${BUCKET}/k`, { headers: misshapen })).code).toBe("InvalidArgument");
    expect((await v1(minutes(-20), "nobody", token)).code).toBe("InvalidAccessKeyId");
    expect((await v1(minutes(-20), undefined, token)).code).toBe("RequestTimeTooSkewed");
    expect((await v1(minutes(0), undefined, token)).code).toBe("InvalidSecurityToken");
    expect((await v1(minutes(0))).code).toBe("SignatureDoesNotMatch");
  });

  test("of a URL, its expiry before its signature", async () => {
    const at = (expires: number) =>
      answer(`/${BUCKET}/k?OSSAccessKeyId=${ACCOUNT.accessKeyId}&Expires=${expires}&Signature=d3Jvbmc%3D`);
    const now = Math.floor(server.clock.now() / 1000);
    expect(await at(now - 60)).toMatchObject({ code: "AccessDenied", message: "Request has expired." });
    expect((await at(now + 60)).code).toBe("SignatureDoesNotMatch");
  });

  test("the caller before the bucket", async () => {
    expect((await answer("/nowhere/k", { headers: { authorization: "OSS a:b" } })).code).toBe("InvalidAccessKeyId");
    expect((await answer("/nowhere/k")).code).toBe("NoSuchBucket");
  });
});

describe("a refusal says", () => {
  test("the same in its elements as in its headers", async () => {
    const { headers, body, status } = await answer(`/${BUCKET}/`, {
      headers: { host: `${BUCKET}.oss-cn-hangzhou.aliyuncs.com`, authorization: "OSS nobody:x", date: "x" },
    });
    expect({ status, type: headers["content-type"] }).toEqual({ status: 403, type: "application/xml" });
    expect(tag(body, "RequestId")).toBe(headers["x-oss-request-id"]);
    expect(tag(body, "HostId")).toBe(`${BUCKET}.oss-cn-hangzhou.aliyuncs.com`);
    expect(tag(body, "EC")).toBe(headers["x-oss-ec"]);
    expect(tag(body, "RecommendDoc")).toBe(`https://api.aliyun.com/troubleshoot?q=${headers["x-oss-ec"]}`);
  });

  test.each([
    ["V1", false],
    ["V4", true],
  ])("what should have been signed, %s", async (_, v4) => {
    const wrong = createClient(server, { bucket: BUCKET, v4, accessKeySecret: "wrong" });
    const url = v4 ? await wrong.signatureUrlV4("GET", 60, {}, "分 片") : wrong.signatureUrl("分 片");
    const { body, code } = await answer(url);
    expect(code).toBe("SignatureDoesNotMatch");
    const text = (tag(body, "StringToSign") ?? "").replaceAll("&#xA;", "\n");
    const bytes = (tag(body, "StringToSignBytes") ?? "").trim().split(" ");
    expect(Buffer.from(bytes.join(""), "hex").toString("utf8")).toBe(text);
    expect(tag(body, "OSSAccessKeyId")).toBe(ACCOUNT.accessKeyId);
    expect(tag(body, "SignatureProvided")).toBeTruthy();
    const canonical = tag(body, "CanonicalRequest");
    if (v4) expect(canonical).toContain(`/${BUCKET}/%E5%88%86%20%E7%89%87`);
    else expect(canonical).toBeUndefined();
  });

  test("where a credential names another region, with the vendor's numbers", async () => {
    const credential = `${ACCOUNT.accessKeyId}/20260102/cn-beijing/oss/aliyun_v4_request`;
    const header = await answer(`/${BUCKET}/k`, {
      headers: { authorization: `OSS4-HMAC-SHA256 Credential=${credential},Signature=x` },
    });
    const url = await answer(
      `/${BUCKET}/k?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=${encodeURIComponent(credential)}` +
        "&x-oss-date=20260102T030405Z&x-oss-expires=60&x-oss-signature=x",
    );
    const expected = { status: 400, code: "InvalidArgument", message: "The signing region in credential is invalid." };
    expect(header).toMatchObject({ ...expected, ec: "0002-00000228" });
    expect(url).toMatchObject({ ...expected, ec: "0002-00000226" });
    expect(tag(url.body, "ArgumentValue")).toBe(credential);
  });
});

describe("ResponseVary", () => {
  test("unset: nothing varies", async () => {
    await client.putBucketCORS(BUCKET, [{ allowedOrigin: "http://a", allowedMethod: "GET" }]);
    expect((await answer(`/${BUCKET}/k`)).headers.vary).toBeUndefined();
  });

  test("set: on every answer, also without an origin, to a foreign one and to a refused preflight", async () => {
    const body = [
      "<CORSConfiguration><CORSRule><AllowedOrigin>http://a</AllowedOrigin><AllowedMethod>GET</AllowedMethod>",
      "</CORSRule><ResponseVary>true</ResponseVary></CORSConfiguration>",
    ].join("");
    const url = await client.signatureUrlV4("PUT", 60, { queries: { cors: null } }, undefined);
    expect((await answer(url, { method: "PUT", body })).status).toBe(200);
    const vary = async (options?: HttpOptions) => (await answer(`/${BUCKET}/k`, options)).headers.vary;
    expect(await vary()).toBe("Origin");
    expect(await vary({ headers: { origin: "http://a" } })).toBe("Origin");
    expect(await vary({ headers: { origin: "http://b" } })).toBe("Origin");
    const preflight = { origin: "http://b", "access-control-request-method": "PUT" };
    expect(await vary({ method: "OPTIONS", headers: preflight })).toBe("Origin");
  });
});
