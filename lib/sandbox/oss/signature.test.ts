import { describe, expect, test } from "vitest";
import { parseQuery } from "./request";
import { type SignedRequest, signV1, stringToSignV1 } from "./signature-v1";
import { canonicalRequestV4, signV4, stringToSignV4 } from "./signature-v4";

/** The vectors of the reference (oss-rest.md §6): TestKeyId0001, demo-bucket, cn-hangzhou, 20260102T030405Z. */

const SECRET = "TestSecret0001";
const TIMESTAMP = "20260102T030405Z";
const SCOPE = { date: "20260102", region: "cn-hangzhou" };

function signedRequest(
  method: string,
  key: string | undefined,
  query: string,
  headers: Record<string, string> = {},
): SignedRequest {
  return { method, bucket: "demo-bucket", key, query: parseQuery(query), headers: new Map(Object.entries(headers)) };
}

const V4_HEADERS = { "x-oss-date": TIMESTAMP, "x-oss-content-sha256": "UNSIGNED-PAYLOAD" };

function v4(request: SignedRequest, additional: string[] = []): string {
  return signV4(SECRET, SCOPE, stringToSignV4(TIMESTAMP, SCOPE, canonicalRequestV4(request, additional)));
}

describe("V4", () => {
  test("A: PUT with headers and a key that needs encoding", () => {
    const request = signedRequest("PUT", "models/a b+(1)/分片.bin", "", {
      ...V4_HEADERS,
      host: "localhost",
      "content-type": "application/octet-stream",
      "content-md5": "XrY7u+Ae7tCTyyK7j1rNww==",
      "x-oss-meta-a": "1",
    });
    expect(canonicalRequestV4(request, [])).toBe(
      [
        "PUT",
        "/demo-bucket/models/a%20b%2B%281%29/%E5%88%86%E7%89%87.bin",
        "",
        "content-md5:XrY7u+Ae7tCTyyK7j1rNww==",
        "content-type:application/octet-stream",
        "x-oss-content-sha256:UNSIGNED-PAYLOAD",
        "x-oss-date:20260102T030405Z",
        "x-oss-meta-a:1",
        "",
        "",
        "UNSIGNED-PAYLOAD",
      ].join("\n"),
    );
    expect(v4(request)).toBe("1c631784e559ae7cf739d92a073b6ffd2b539884ee56d4d6670b4e9dc1c028d5");
  });

  test.each(["uploads", "uploads="])("B: POST ?%s", (query) => {
    const request = signedRequest("POST", "k", query, V4_HEADERS);
    expect(canonicalRequestV4(request, []).split("\n")[2]).toBe("uploads");
    expect(v4(request)).toBe("da000b8ee17bf8871d9aa16ebce70e72b1dc124a745bcc5e3a648eeaaa2d081a");
  });

  test("C: presigned part, in any order of the parameters, its own signature left out", () => {
    const request = signedRequest(
      "PUT",
      "models/w.safetensors",
      "x-oss-signature=abc&x-oss-signature-version=OSS4-HMAC-SHA256&uploadId=0004B9895DBBB6EC&x-oss-expires=600&x-oss-date=20260102T030405Z&x-oss-credential=TestKeyId0001%2F20260102%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&partNumber=3",
    );
    const canonical = canonicalRequestV4(request, []);
    expect(canonical.split("\n")[2]).toBe(
      "partNumber=3&uploadId=0004B9895DBBB6EC&x-oss-credential=TestKeyId0001%2F20260102%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20260102T030405Z&x-oss-expires=600&x-oss-signature-version=OSS4-HMAC-SHA256",
    );
    expect(stringToSignV4(TIMESTAMP, SCOPE, canonical).split("\n")[3]).toBe(
      "10674d7a2ddb84b0c866d8629047597fbb5692fd8503c35afec2d3ff8b7ed0b2",
    );
    expect(v4(request)).toBe("9b11c3a77cd79bb82675abcb8220e7547d6c2ca9541a6120543a3cec6c9d318b");
  });

  test("F: GET bucket, empty key keeps the slash, query values encode theirs", () => {
    const request = signedRequest("GET", undefined, "list-type=2&prefix=models/&delimiter=/", V4_HEADERS);
    expect(v4(request)).toBe("ff0668c657d90cdd3c793a9cc19b3c50447f5b1365cf0022cdece406d2a2fb44");
  });

  test("additional headers are signed and named", () => {
    const request = signedRequest("PUT", "k", "", { "content-length": "5", host: "localhost" });
    expect(canonicalRequestV4(request, ["content-length"]).split("\n").slice(3, 6)).toEqual([
      "content-length:5",
      "",
      "content-length",
    ]);
  });

  test("header bytes are hashed as UTF-8 text", () => {
    const value = Buffer.from("分片").toString("latin1");
    const request = signedRequest("PUT", "k", "", { "x-oss-meta-a": value });
    expect(canonicalRequestV4(request, [])).toContain("x-oss-meta-a:分片\n");
  });
});

describe("V1", () => {
  const date = "Fri, 02 Jan 2026 03:04:05 GMT";

  test("D: header form with sub-resources; x-oss-date counts twice", () => {
    const request = signedRequest("PUT", "a b.txt", "uploadId=U1&partNumber=1", {
      "content-type": "text/plain",
      "x-oss-date": date,
      "x-oss-meta-a": "1",
    });
    const stringToSign = stringToSignV1(request, date);
    expect(stringToSign.toString()).toBe(
      [
        "PUT",
        "",
        "text/plain",
        date,
        `x-oss-date:${date}`,
        "x-oss-meta-a:1",
        "/demo-bucket/a b.txt?partNumber=1&uploadId=U1",
      ].join("\n"),
    );
    expect(signV1(SECRET, stringToSign)).toBe("PpqIJVfOaAON20KiV0+4UuJyyX4=");
  });

  test("E: URL form with a response override", () => {
    const request = signedRequest(
      "GET",
      "a b.txt",
      "response-content-disposition=attachment&Expires=1800000000&OSSAccessKeyId=x",
    );
    expect(signV1(SECRET, stringToSignV1(request, "1800000000"))).toBe("dLtjslwxpjYW6fBBsT57StllQDQ=");
  });

  test.each([
    ["prefix=a&max-keys=3&marker=b", "/demo-bucket/"],
    ["continuation-token=T%3D&list-type=2", "/demo-bucket/?continuation-token=T="],
    ["acl=", "/demo-bucket/?acl"],
    ["uploads&x-oss-traffic-limit=9&prefix=p", "/demo-bucket/?uploads&x-oss-traffic-limit=9"],
  ])("signed part of ?%s", (query, resource) => {
    const lines = stringToSignV1(signedRequest("GET", undefined, query), date)
      .toString()
      .split("\n");
    expect(lines[4]).toBe(resource);
  });

  test("header bytes are signed as they came", () => {
    const request = signedRequest("PUT", "k", "", { "x-oss-meta-a": "\u00e5" });
    expect(stringToSignV1(request, date).includes(Buffer.from([0x61, 0x3a, 0xe5, 0x0a]))).toBe(true);
  });

  test("requests to the service sign a slash", () => {
    const request: SignedRequest = { method: "GET", query: [], headers: new Map() };
    expect(stringToSignV1(request, date).toString()).toBe(`GET\n\n\n${date}\n/`);
  });
});
