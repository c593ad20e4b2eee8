import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_TEMPORARY_CREDENTIALS } from "@/lib/sandbox/sts/credentials";
import { authenticate } from "./authenticate";
import { parseRequest } from "./request";
import { ACCOUNT, type Client, createClient, http, REGION, startTestServer, type TestServer } from "./testing";

/* Signatures over awkward strings: a client written from the vendor's pages alone, and ali-oss, against the verifier. */

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const BUCKET = "demo-bucket";

/** What people and programs put into keys, metadata and queries, and what encoders get wrong. */
const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(..." +%&=?#/\\'\"!()*~;:,@$<>|^`{}[]-_.", "%2F", "%zz", "..", "//", "é", "分片", "😀"),
  },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 5 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const awkward = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
const key = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join("").replace(/^[/\\]+/, ""))
  .filter((text) => text !== "");
/** What a header may hold: no control characters, and blanks at its ends do not count. */
const headerValue = awkward.map((text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "").trim(),
);
const metadata = fc.dictionary(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/), headerValue, { maxKeys: 4 });
/** The URL class below ali-oss drops dots that stand alone between slashes. */
const sendableKey = key.filter((name) => !name.split("/").some((segment) => segment === "." || segment === ".."));
/** ali-oss sends other letters as another encoding than it signs, unless told `headerEncoding: "latin1"`. */
const asciiMetadata = metadata.map((meta) =>
  Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, value.replace(/[^ -~]/g, "").trim()])),
);
const query = fc.dictionary(
  fc.constantFrom("response-content-disposition", "x-oss-process", "prefix", "marker", "acl", "uploadId", "Zz", "a-b"),
  awkward,
  { maxKeys: 4 },
);

interface Sent {
  method: string;
  key: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD"),
  key,
  query,
  headers: fc.record({ meta: metadata, type: headerValue, md5: headerValue }).map(({ meta, type, md5 }) => ({
    ...(type !== "" && { "content-type": type }),
    ...(md5 !== "" && { "content-md5": md5 }),
    ...Object.fromEntries(Object.entries(meta).map(([name, value]) => [`x-oss-meta-${name}`, value])),
  })),
});

/** The platform's encoder, and what it leaves bare; not the server's. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
const encodePath = (text: string) => text.split("/").map(encode).join("/");
const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/** As Node hands it to the server: header values as latin1. */
function arrive({ method, key: name, query: parameters, headers }: Sent) {
  const pairs = Object.entries(parameters).map(([one, value]) => `${encode(one)}=${encode(value)}`);
  const all = { host: `${BUCKET}.oss-${REGION}.aliyuncs.com`, ...headers };
  const incoming = {
    method,
    url: `/${encodePath(name)}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`,
    rawHeaders: Object.entries(all).flatMap(([one, value]) => [one, bytes(value)]),
  };
  const request = parseRequest(incoming as unknown as IncomingMessage, REGION);
  return authenticate(request, { account: ACCOUNT, credentials: NO_TEMPORARY_CREDENTIALS, region: REGION, now: NOW });
}

const byteOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const SUB_RESOURCES = ["response-content-disposition", "acl", "uploadId"];

function signV1(request: Sent, date: string): string {
  const ossHeaders = Object.entries(request.headers)
    .filter(([name]) => name.startsWith("x-oss-"))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");
  const signed = Object.entries(request.query)
    .filter(([name]) => SUB_RESOURCES.includes(name) || name.startsWith("x-oss-"))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const head = [request.method, request.headers["content-md5"] ?? "", request.headers["content-type"] ?? "", date];
  const text = `${head.join("\n")}\n${ossHeaders}/${BUCKET}/${request.key}${signed && `?${signed}`}`;
  return createHmac("sha1", ACCOUNT.accessKeySecret).update(text, "utf8").digest("base64");
}

function signV4(request: Sent, time: string): string {
  const scope = [time.slice(0, 8), REGION, "oss", "aliyun_v4_request"];
  const canonicalQuery = Object.entries(request.query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const canonicalHeaders = Object.entries(request.headers)
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");
  const path = `/${BUCKET}/${encodePath(request.key)}`;
  const canonical = [request.method, path, canonicalQuery, canonicalHeaders, "", "UNSIGNED-PAYLOAD"].join("\n");
  const hash = createHash("sha256").update(canonical, "utf8").digest("hex");
  let secret: Buffer = Buffer.from(`aliyun_v4${ACCOUNT.accessKeySecret}`);
  for (const step of scope) secret = createHmac("sha256", secret).update(step).digest();
  return createHmac("sha256", secret)
    .update(`OSS4-HMAC-SHA256\n${time}\n${scope.join("/")}\n${hash}`)
    .digest("hex");
}

const TIME = "20260102T030405Z";
const CREDENTIAL = `${ACCOUNT.accessKeyId}/20260102/${REGION}/oss/aliyun_v4_request`;

/** The four ways to sign a request. */
const SIGNED: Record<string, (request: Sent) => Sent> = {
  "V1 header": (request) => {
    const date = new Date(NOW).toUTCString();
    const headers = { ...request.headers, "x-oss-date": date };
    const signature = signV1({ ...request, headers }, date);
    return { ...request, headers: { ...headers, authorization: `OSS ${ACCOUNT.accessKeyId}:${signature}` } };
  },
  "V1 URL": (request) => {
    const Expires = String(NOW / 1000 + 60);
    const own = { OSSAccessKeyId: ACCOUNT.accessKeyId, Expires, Signature: signV1(request, Expires) };
    return { ...request, query: { ...request.query, ...own } };
  },
  "V4 header": (request) => {
    const headers = { ...request.headers, "x-oss-date": TIME, "x-oss-content-sha256": "UNSIGNED-PAYLOAD" };
    const signature = signV4({ ...request, headers }, TIME);
    const authorization = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},Signature=${signature}`;
    return { ...request, headers: { ...headers, authorization } };
  },
  "V4 URL": (request) => {
    const own = {
      "x-oss-signature-version": "OSS4-HMAC-SHA256",
      "x-oss-credential": CREDENTIAL,
      "x-oss-date": TIME,
      "x-oss-expires": "60",
    };
    const unsigned = { ...request, query: { ...request.query, ...own } };
    return { ...unsigned, query: { ...unsigned.query, "x-oss-signature": signV4(unsigned, TIME) } };
  },
};

describe.each(Object.entries(SIGNED))("%s", (_, sign) => {
  test("verifies whatever was signed", () => {
    fc.assert(
      fc.property(sent, (request) => {
        expect(arrive(sign(request))).toEqual({ kind: "owner" });
      }),
      { numRuns: 200 },
    );
  });

  test("and nothing else", () => {
    const change = fc.constantFrom("key", "metadata", "sub-resource", "method");
    fc.assert(
      fc.property(sent, change, (request, what) => {
        const signed = sign(request);
        if (what === "key") signed.key += "x";
        if (what === "metadata") signed.headers = { ...signed.headers, "x-oss-meta-added": "x" };
        if (what === "sub-resource") signed.query = { ...signed.query, uploadId: `${signed.query.uploadId ?? ""}x` };
        if (what === "method") signed.method = signed.method === "PUT" ? "GET" : "PUT";
        expect(() => arrive(signed)).toThrow("does not match");
      }),
      { numRuns: 200 },
    );
  });
});

describe("ali-oss", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await createClient(server).putBucket(BUCKET);
  });
  afterAll(() => server.remove());

  describe.each([
    ["V4", true],
    ["V1", false],
  ] as const)("%s", (_, v4) => {
    let client: Client;
    beforeAll(() => {
      client = createClient(server, { bucket: BUCKET, v4 });
    });

    test("keeps content and metadata under any key", async () => {
      await fc.assert(
        fc.asyncProperty(sendableKey, asciiMetadata, async (name, meta) => {
          await client.put(name, Buffer.from(name), { meta: meta as never });
          const { content, res } = await client.get(name);
          expect(content.toString()).toBe(name);
          const received = res.headers as Record<string, string>;
          for (const [one, value] of Object.entries(meta)) {
            expect(received[`x-oss-meta-${one}`] ?? "").toBe(value);
          }
          await client.delete(name);
        }),
        { numRuns: 25 },
      );
    });

    test("signs URLs for any key and any name of the download", async () => {
      await client.put("signed", Buffer.from("x"));
      const disposition = headerValue.filter((text) => text !== "");
      // ali-oss takes a leading question mark for a mistake.
      const signable = sendableKey.filter((name) => !name.startsWith("?"));
      await fc.assert(
        fc.asyncProperty(signable, disposition, async (name, value) => {
          const url = v4
            ? await client.signatureUrlV4("GET", 60, { queries: { "response-content-disposition": value } }, name)
            : client.signatureUrl(name, { response: { "content-disposition": value } as never });
          // No such key is what only a request that was understood and let in can hear.
          const { status, body } = await http(server, url);
          expect(`${status} ${body}`).toMatch(/^404 [\s\S]*<Code>NoSuchKey<\/Code>/);
        }),
        { numRuns: 25 },
      );
    });

    test("lists any prefix", async () => {
      await fc.assert(
        fc.asyncProperty(sendableKey, async (prefix) => {
          await client.put(`${prefix}1`, Buffer.from(""));
          const { objects } = await client.list({ prefix, "max-keys": 10, "encoding-type": "url" } as never, {});
          expect(objects.map(({ name }) => decodeURIComponent(name))).toContain(`${prefix}1`);
          await client.delete(`${prefix}1`);
        }),
        { numRuns: 25 },
      );
    });
  });
});
