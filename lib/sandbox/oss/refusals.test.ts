import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseQuery } from "./request";
import { signV1, stringToSignV1 } from "./signature-v1";
import { canonicalRequestV4, signV4, stringToSignV4 } from "./signature-v4";
import {
  ACCOUNT,
  type Client,
  createClient,
  type HttpOptions,
  http,
  REGION,
  startTestServer,
  type TestServer,
  tag,
} from "./testing";

/** What the SDK cannot send: requests signed by hand and then bent. The signer is held to the vectors elsewhere. */

const BUCKET = "refusals";
let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET });
  await client.putBucket(BUCKET);
  await client.put("k", Buffer.from("content"));
});
afterAll(() => server.remove());

interface Signing {
  method?: string;
  key?: string;
  query?: string;
  headers?: Record<string, string>;
  time?: number;
  secret?: string;
  keyId?: string;
  region?: string;
  scopeDate?: string;
  product?: string;
}

const compact = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

function signedV4(signing: Signing): Required<Pick<HttpOptions, "headers" | "method">> & { target: string } {
  const {
    method = "GET",
    key = "k",
    query = "",
    secret = ACCOUNT.accessKeySecret,
    keyId = ACCOUNT.accessKeyId,
  } = signing;
  const timestamp = compact(signing.time ?? server.clock.now());
  const headers: Record<string, string> = {
    "x-oss-date": timestamp,
    "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
    ...signing.headers,
  };
  const scope = { date: signing.scopeDate ?? timestamp.slice(0, 8), region: signing.region ?? REGION };
  const request = { method, bucket: BUCKET, key, query: parseQuery(query), headers: new Map(Object.entries(headers)) };
  const signature = signV4(secret, scope, stringToSignV4(timestamp, scope, canonicalRequestV4(request, [])));
  const credential = `${keyId}/${scope.date}/${scope.region}/${signing.product ?? "oss"}/aliyun_v4_request`;
  headers.authorization = `OSS4-HMAC-SHA256 Credential=${credential},Signature=${signature}`;
  return { method, headers, target: `/${BUCKET}/${key}${query && `?${query}`}` };
}

function signedV1(signing: Signing): ReturnType<typeof signedV4> {
  const {
    method = "GET",
    key = "k",
    query = "",
    secret = ACCOUNT.accessKeySecret,
    keyId = ACCOUNT.accessKeyId,
  } = signing;
  const date = new Date(signing.time ?? server.clock.now()).toUTCString();
  const headers: Record<string, string> = { date, ...signing.headers };
  const request = { method, bucket: BUCKET, key, query: parseQuery(query), headers: new Map(Object.entries(headers)) };
  headers.authorization = `OSS ${keyId}:${signV1(secret, stringToSignV1(request, date))}`;
  return { method, headers, target: `/${BUCKET}/${key}${query && `?${query}`}` };
}

async function answer({ target, ...options }: ReturnType<typeof signedV4>, change: HttpOptions = {}) {
  const headers = { ...options.headers, ...change.headers };
  const { status, headers: received, body } = await http(server, target, { ...options, ...change, headers });
  return { status, code: tag(body, "Code"), message: tag(body, "Message"), headers: received, body };
}

const MINUTE = 60_000;

describe.each([
  ["V4", signedV4],
  ["V1", signedV1],
] as const)("%s in the header", (version, sign) => {
  test("is accepted as it is", async () => {
    expect(await answer(sign({}))).toMatchObject({ status: 200, body: "content" });
  });

  test("a wrong secret is answered with what should have been signed", async () => {
    const refused = await answer(sign({ secret: "wrong" }));
    expect(refused).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
      message:
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    });
    expect(refused.headers["x-oss-ec"]).toBe(version === "V4" ? "0002-00000201" : "0002-00000040");
    expect(refused.headers["x-oss-request-id"]).toBe(tag(refused.body, "RequestId"));
    const stringToSign = tag(refused.body, "StringToSign") ?? "";
    expect(stringToSign).toContain(version === "V4" ? "OSS4-HMAC-SHA256" : `/${BUCKET}/k`);
    const bytes = Buffer.from((tag(refused.body, "StringToSignBytes") ?? "").replaceAll(" ", ""), "hex").toString();
    expect(stringToSign.replaceAll("&#xA;", "\n")).toBe(bytes);
    expect(tag(refused.body, "CanonicalRequest") !== undefined).toBe(version === "V4");
  });

  test("an unknown key id, a security token nobody issued", async () => {
    expect(await answer(sign({ keyId: "Nobody" }))).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    const headers = { "x-oss-security-token": "token" };
    expect(await answer(sign({ headers }))).toMatchObject({ status: 403, code: "InvalidSecurityToken" });
  });

  test.each([
    [-16 * MINUTE, 403, "RequestTimeTooSkewed"],
    [-14 * MINUTE, 200, undefined],
    [14 * MINUTE, 200, undefined],
    [16 * MINUTE, 403, "RequestTimeTooSkewed"],
  ])("a clock that is off by %i ms: %i", async (offset, status, code) => {
    const refused = await answer(sign({ time: server.clock.now() + offset }));
    expect(refused).toMatchObject({ status, code });
    const serverTime = tag(refused.body, "ServerTime");
    expect(serverTime).toBe(code && new Date(server.clock.now()).toISOString());
  });

  test("altered query, header, method and key", async () => {
    const query = "partNumber=1&uploadId=U";
    const signed = sign({ method: "PUT", query });
    const altered = { ...signed, target: signed.target.replace("partNumber=1", "partNumber=2") };
    expect(await answer(altered)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    expect(await answer(signed)).toMatchObject({ status: 404, code: "NoSuchUpload" });
    const withMeta = sign({ headers: { "x-oss-meta-a": "1" } });
    expect(await answer(withMeta, { headers: { "x-oss-meta-a": "2" } })).toMatchObject({
      code: "SignatureDoesNotMatch",
    });
    expect(await answer(sign({}), { headers: { "x-oss-meta-b": "2" } })).toMatchObject({
      code: "SignatureDoesNotMatch",
    });
    expect(await answer(sign({}), { method: "DELETE" })).toMatchObject({ code: "SignatureDoesNotMatch" });
    expect(await answer({ ...sign({}), target: `/${BUCKET}/l` })).toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("a body that is not the one whose digest was signed leaves the old object", async () => {
    const headers = { "content-md5": "mgNkuembtIDdJeHwKEyFVQ==", "content-length": "7" };
    const { "content-length": _, ...signedHeaders } = headers;
    const signed = sign({ method: "PUT", headers: signedHeaders });
    expect(await answer(signed, { body: "altered" })).toMatchObject({ status: 400, code: "InvalidDigest" });
    expect(await answer(sign({}))).toMatchObject({ body: "content" });
    const otherDigest = { "content-md5": "XrY7u+Ae7tCTyyK7j1rNww==" };
    expect(await answer(signed, { body: "altered", headers: otherDigest })).toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });

  test("a date that is missing or no date", async () => {
    const name = version === "V4" ? "x-oss-date" : "date";
    expect(await answer(sign({}), { headers: { [name]: "yesterday" } })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("a second signature in the query", async () => {
    const target =
      version === "V4" ? "x-oss-signature-version=OSS4-HMAC-SHA256" : "OSSAccessKeyId=x&Signature=y&Expires=1";
    const signed = sign({});
    expect(await answer({ ...signed, target: `${signed.target}?${target}` })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  });
});

describe("V4 authorization fields", () => {
  test.each<[string, (value: string) => string]>([
    ["an empty list of additional headers", (value) => value.replace(",Signature", ",AdditionalHeaders=,Signature")],
    ["an absent additional header", (value) => value.replace(",Signature", ",AdditionalHeaders=x-a,Signature")],
    ["a default header named again", (value) => value.replace(",Signature", ",AdditionalHeaders=x-oss-date,Signature")],
    ["an underscore", (value) => value.replace(",Signature", ",AdditionalHeaders=a_b,Signature")],
    ["no signature", (value) => value.replace(/,Signature=.*/, "")],
    ["no credential", (value) => value.replace(/Credential=[^,]*,/, "")],
    ["another terminator", (value) => value.replace("aliyun_v4_request", "aws4_request")],
    ["another scheme", () => "Bearer x"],
  ])("%s: 400", async (_, change) => {
    const signed = signedV4({});
    const authorization = change(signed.headers.authorization ?? "");
    expect(await answer(signed, { headers: { authorization } })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  });

  test.each<[string, Signing]>([
    ["region", { region: "cn-beijing" }],
    ["date", { scopeDate: "20200101" }],
    ["product", { product: "oss-cloudbox" }],
  ])("another %s in the credential: 400", async (_, signing) => {
    expect(await answer(signedV4(signing))).toMatchObject({ status: 400, code: "InvalidArgument" });
  });

  test("spaces after the commas are allowed", async () => {
    const signed = signedV4({});
    const authorization = (signed.headers.authorization ?? "").replace(",Signature", ", Signature");
    expect(await answer(signed, { headers: { authorization } })).toMatchObject({ status: 200 });
  });
});

describe("signed URLs", () => {
  const get = async (target: string) => {
    const { status, body } = await http(server, target);
    return { status, code: tag(body, "Code"), message: tag(body, "Message") };
  };

  test("V4: valid until it expires, not before its time, at most seven days", async () => {
    const early = await client.signatureUrlV4("GET", 600, {}, "k");
    expect(await get(early)).toMatchObject({ status: 200 });
    expect(await get(early.replace("x-oss-expires=600", "x-oss-expires=6000"))).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
    expect(await get(await client.signatureUrlV4("GET", 604_801, {}, "k"))).toMatchObject({ code: "InvalidArgument" });
    // The SDK signs by the real clock, which runs on while the server's stands: a minute of margin.
    await server.clock.advance(660_000);
    const expired = { status: 403, code: "AccessDenied", message: "Request has expired." };
    expect(await get(early)).toEqual(expired);
    expect(await get(`${early}0`)).toEqual(expired);
    await server.clock.advance(-660_000);
    await server.clock.advance(-16 * MINUTE);
    expect(await get(early)).toMatchObject({ status: 403, code: "AccessDenied" });
    await server.clock.advance(16 * MINUTE);
  });

  test("V4: altered parameters, unknown key and missing ones", async () => {
    const url = await client.signatureUrlV4("GET", 600, { queries: { "response-content-type": "text/a" } }, "k");
    expect(await get(url.replace("text%2Fa", "text%2Fb"))).toMatchObject({ code: "SignatureDoesNotMatch" });
    expect(await get(`${url}&x-oss-process=image`)).toMatchObject({ code: "SignatureDoesNotMatch" });
    expect(await get(url.replace(ACCOUNT.accessKeyId, "Nobody"))).toMatchObject({ code: "InvalidAccessKeyId" });
    expect(await get(url.replace(/&x-oss-date=[^&]*/, ""))).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(await get(`${url}&x-oss-security-token=t`)).toMatchObject({ code: "InvalidSecurityToken" });
  });

  test("V1: expiry, altered overrides, missing parameters", async () => {
    const v1 = createClient(server, { v4: false, bucket: BUCKET });
    const url = v1.signatureUrl("k", { expires: 600, response: { "content-type": "text/a" } });
    expect(await get(url)).toMatchObject({ status: 200 });
    expect(await get(url.replace("text%2Fa", "text%2Fb"))).toMatchObject({ code: "SignatureDoesNotMatch" });
    expect(await get(url.replace(/Expires=\d+/, "Expires=9999999999"))).toMatchObject({
      code: "SignatureDoesNotMatch",
    });
    expect(await get(url.replace(/&?Expires=\d+/, ""))).toMatchObject({ status: 403, code: "AccessDenied" });
    await server.clock.advance(660_000);
    expect(await get(url)).toEqual({ status: 403, code: "AccessDenied", message: "Request has expired." });
    await server.clock.advance(-660_000);
  });
});

describe("without a signature", () => {
  test.each([
    ["private", "GET", 403],
    ["private", "PUT", 403],
    ["public-read", "GET", 200],
    ["public-read", "PUT", 403],
    ["public-read-write", "PUT", 200],
    ["public-read-write", "DELETE", 204],
  ] as const)("%s bucket, %s: %i", async (acl, method, status) => {
    await client.putBucketACL(BUCKET, acl);
    await client.put("public", Buffer.from("x"));
    const body = method === "PUT" ? "y" : undefined;
    const reply = await http(server, `/${BUCKET}/public`, { method, body });
    expect(reply.status).toBe(status);
    if (status === 403) expect(tag(reply.body, "Code")).toBe("AccessDenied");
    await client.putBucketACL(BUCKET, "private");
  });

  test("configuration and service are the owner's, overrides need a signature", async () => {
    await client.putBucketACL(BUCKET, "public-read-write");
    expect((await http(server, "/")).status).toBe(403);
    expect((await http(server, `/${BUCKET}/?cors`)).status).toBe(403);
    const overridden = await http(server, `/${BUCKET}/k?response-content-type=text/html`);
    expect(overridden).toMatchObject({ status: 400, body: expect.stringContaining("<Code>InvalidRequest</Code>") });
    await client.putBucketACL(BUCKET, "private");
  });
});

describe("what the sandbox does not imitate is refused", () => {
  test.each<[Signing, number, string]>([
    [{ key: "", query: "policy" }, 400, "NotImplemented"],
    [{ key: "", query: "versioning" }, 400, "NotImplemented"],
    [{ key: "", query: "logging" }, 400, "NotImplemented"],
    [{ query: "versionId=1" }, 400, "NotImplemented"],
    [{ method: "PUT", headers: { "x-oss-server-side-encryption": "AES256" } }, 400, "NotImplemented"],
    [{ method: "PUT", headers: { "x-oss-callback": "e30=" } }, 400, "NotImplemented"],
    [{ method: "PATCH" }, 405, "MethodNotAllowed"],
  ])("%o", async (signing, status, code) => {
    expect(await answer(signedV4(signing))).toMatchObject({ status, code });
  });
});

test("a refused HEAD carries its error in a header", async () => {
  const { status, headers, body } = await answer(signedV4({ method: "HEAD", key: "none" }));
  expect({ status, body }).toEqual({ status: 404, body: "" });
  expect(headers["x-oss-ec"]).toBe("0026-00000001");
  const xml = Buffer.from(String(headers["x-oss-err"]), "base64").toString();
  expect(tag(xml, "Code")).toBe("NoSuchKey");
});

test("a bucket that is not there, and a name that no bucket can have", async () => {
  const get = async (target: string) => tag((await http(server, target)).body, "Code");
  expect(await get("/none-of-ours/k")).toBe("NoSuchBucket");
  expect(await get("/Bad_Name/k")).toBe("InvalidBucketName");
  expect(await get("/../k")).toBe("InvalidBucketName");
});

test("a 304 names the version that the client has", async () => {
  const { headers: known } = await answer(signedV4({}));
  const unchanged = await answer(signedV4({ headers: { "if-none-match": String(known.etag) } }));
  expect(unchanged).toMatchObject({
    status: 304,
    body: "",
    headers: { etag: known.etag, "last-modified": known["last-modified"] },
  });
});

/** The head as it is, then the body, whatever HTTP says; resolves with all that comes back until the server closes. */
function send({ target, headers, method }: ReturnType<typeof signedV4>, body: Buffer = Buffer.alloc(0)) {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    let reply = "";
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      reply += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(reply));
    socket.write(`${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${head.join("")}\r\n`);
    socket.write(body);
  });
}

test("a put needs a length or chunks", async () => {
  const reply = await send(signedV4({ method: "PUT" }));
  expect(reply).toMatch(/^HTTP\/1\.1 411 /);
  expect(reply).toContain("MissingContentLength");
});

test.each(["content-type", "x-oss-meta-a", "cache-control", "expires"])(
  "a control character in %s is refused: no answer could carry it back",
  async (name) => {
    const put = signedV4({ method: "PUT", key: "control", headers: { [name]: "a\u0001b" } });
    const reply = await send({ ...put, headers: { ...put.headers, "content-length": "1" } }, Buffer.from("x"));
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(tag(reply, "ArgumentName")).toBe(name);
    expect(await answer(signedV4({ method: "HEAD", key: "control" }))).toMatchObject({ status: 404 });
  },
);

test("a put that is refused at once still gets its answer when the client closes after it", async () => {
  const body = Buffer.alloc(16 * 1024 * 1024);
  const put = signedV4({ method: "PUT", secret: "wrong" });
  const reply = await send({ ...put, headers: { ...put.headers, "content-length": String(body.length) } }, body);
  expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  expect(reply).toContain("SignatureDoesNotMatch");
});

test("a fault that was asked for is answered once, in the vendor's form", async () => {
  server.faults.add({
    operation: "GetObject",
    status: 503,
    code: "ServiceUnavailable",
    message: "Slow down.",
    times: 1,
  });
  expect(await answer(signedV4({}))).toMatchObject({ status: 503, code: "ServiceUnavailable", message: "Slow down." });
  expect(await answer(signedV4({}))).toMatchObject({ status: 200 });
});

describe("CORS on the wire", () => {
  const origin = "http://localhost:3000";
  const preflight = (headers: Record<string, string>) =>
    http(server, `/${BUCKET}/k?partNumber=1`, { method: "OPTIONS", headers });

  test("no rule: 403, and no headers on answers", async () => {
    const refused = await preflight({ origin, "access-control-request-method": "PUT" });
    expect(refused.status).toBe(403);
    expect(tag(refused.body, "Code")).toBe("AccessForbidden");
    expect(tag(refused.body, "Message")).toMatch(/^CORSResponse: This CORS request is not allowed\./);
    expect(
      (await answer(signedV4({}), { headers: { origin } })).headers["access-control-allow-origin"],
    ).toBeUndefined();
  });

  test("with a rule: preflight, actual and error answers", async () => {
    await client.putBucketCORS(BUCKET, [
      {
        allowedOrigin: origin,
        allowedMethod: ["PUT", "GET"],
        allowedHeader: "*",
        exposeHeader: ["ETag", "x-oss-ec"],
        maxAgeSeconds: 600,
      },
    ] as never);
    const allowed = await preflight({
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-md5, x-oss-date",
    });
    expect(allowed).toMatchObject({
      status: 200,
      body: "",
      headers: {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "PUT, GET",
        "access-control-allow-headers": "content-md5, x-oss-date",
        "access-control-expose-headers": "ETag, x-oss-ec",
        "access-control-max-age": "600",
      },
    });
    const expected = { "access-control-allow-origin": origin, "access-control-expose-headers": "ETag, x-oss-ec" };
    expect(await answer(signedV4({}), { headers: { origin } })).toMatchObject({ status: 200, headers: expected });
    const refused = await answer(signedV4({ secret: "wrong" }), { headers: { origin } });
    expect(refused).toMatchObject({ status: 403, headers: expected });
    expect((await preflight({ origin, "access-control-request-method": "DELETE" })).status).toBe(403);
    expect((await preflight({ origin: "http://evil", "access-control-request-method": "PUT" })).status).toBe(403);
  });

  test("a configuration of more than 16 KB is refused, and the one before it stays", async () => {
    const rules = (length: number) =>
      Array.from({ length: 8 }, () => ({ allowedOrigin: `http://${"a".repeat(length)}`, allowedMethod: "GET" }));
    await client.putBucketCORS(BUCKET, rules(1500) as never);
    const refused: unknown = await client.putBucketCORS(BUCKET, rules(2500) as never).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect((await client.getBucketCORS(BUCKET)).rules).toHaveLength(8);
  });

  test("a preflight without its headers is a bad request", async () => {
    expect((await preflight({ origin })).status).toBe(400);
    expect((await preflight({ "access-control-request-method": "PUT" })).status).toBe(400);
  });
});

describe("a plus sign in a path", () => {
  const put = ({ target, ...request }: ReturnType<typeof signedV4>, path: string) =>
    http(server, target.replace(/\/[^/?]*$/, `/${path}`), { ...request, body: path });
  const content = async (key: string) => String((await client.get(key)).content);

  test("is itself to whoever signed it so, encoded or not", async () => {
    expect((await put(signedV4({ method: "PUT", key: "a+b" }), "a+b")).status).toBe(200);
    expect(await content("a+b")).toBe("a+b");
    expect((await put(signedV1({ method: "PUT", key: "c+d" }), "c%2Bd")).status).toBe(200);
    expect(await content("c+d")).toBe("c%2Bd");
  });
  test("is a space to whoever signed a space, as older SDKs do", async () => {
    expect((await put(signedV4({ method: "PUT", key: "e f" }), "e+f")).status).toBe(200);
    expect((await put(signedV1({ method: "PUT", key: "g h+i" }), "g+h%2Bi")).status).toBe(200);
    expect(await content("e f")).toBe("e+f");
    expect(await content("g h+i")).toBe("g+h%2Bi");
  });
  test("saves no wrong signature", async () => {
    const answer = await put(signedV4({ method: "PUT", key: "other" }), "j+k");
    expect(answer.status).toBe(403);
    expect(tag(answer.body.toString(), "CanonicalRequest")).toContain("j%2Bk");
  });
});
