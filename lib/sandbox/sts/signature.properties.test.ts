import { createHash, createHmac } from "node:crypto";
import * as openApi from "@alicloud/openapi-core";
import { Request } from "@darabonba/typescript";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acs3Signature, acs3StringToSign, canonicalRequest, sha256Hex } from "@/lib/sandbox/eas/signature";
import { rpcSignature, rpcStringToSign } from "./rpc-signature";
import { ACCOUNT, callSts, encode, OBJECTS_ROLE, startTestSts, type TestSts } from "./testing";

/* The RPC signature and ACS3 over awkward strings: openapi-core and a signer written from the vendor's pages against the
 * server's. */

const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(..." +%&=?#/\\'\"!()*~;:,@$<>|^`{}[]-_.\n\t", "%2F", "%zz", "é", "分片", "😀"),
  },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const awkward = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(""));
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.]{0,9}$/).filter((text) => text !== "Signature");
const parameters = fc.dictionary(name, awkward, { maxKeys: 8, noNullPrototype: true });
const method = fc.constantFrom("GET", "POST");
const secret = ACCOUNT.accessKeySecret;

describe("RPC", () => {
  test("is what openapi-core signs", () => {
    fc.assert(
      fc.property(method, parameters, (verb, given) => {
        const ours = rpcSignature(secret, rpcStringToSign(verb, new Map(Object.entries(given))));
        expect(ours).toBe(openApi.OpenApiUtil.getRPCSignature(given, verb, secret));
      }),
      { numRuns: 200 },
    );
  });

  test("does not read its own signature, and reads all else", () => {
    fc.assert(
      fc.property(parameters, name, awkward, (given, added, value) => {
        const text = rpcStringToSign("POST", new Map(Object.entries(given)));
        expect(rpcStringToSign("POST", new Map([...Object.entries(given), ["Signature", value]]))).toBe(text);
        fc.pre(given[added] !== value);
        expect(rpcStringToSign("POST", new Map([...Object.entries(given), [added, value]]))).not.toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

describe("ACS3", () => {
  const path = fc.array(awkward, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.map(encode).join("/")}`);
  /** As the SDK writes a query, looser than the canonical form and in the order that was given. */
  const onTheWire = (query: Record<string, string>) =>
    Object.entries(query)
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join("&");
  const headersOf = (payload: string): Record<string, string> => ({
    host: "localhost:9102",
    "x-acs-action": "AssumeRole",
    "x-acs-version": "2015-04-01",
    "x-acs-date": "2026-01-02T03:04:05Z",
    "x-acs-signature-nonce": "nonce",
    "x-acs-content-sha256": sha256Hex(payload),
  });

  const serverSide = (verb: string, target: string, headers: Record<string, string>, payload: string) => {
    const request = { method: verb, target, headers };
    return acs3Signature(secret, acs3StringToSign(canonicalRequest(request, Object.keys(headers), sha256Hex(payload))));
  };

  test("is what openapi-core signs", () => {
    fc.assert(
      fc.property(method, path, parameters, awkward, (verb, pathname, query, payload) => {
        const request = new Request();
        Object.assign(request, { method: verb, pathname, query, headers: headersOf(payload) });
        const authorization = openApi.OpenApiUtil.getAuthorization(
          request,
          "ACS3-HMAC-SHA256",
          sha256Hex(payload),
          ACCOUNT.accessKeyId,
          secret,
        );
        const signature = serverSide(verb, `${pathname}?${onTheWire(query)}`, headersOf(payload), payload);
        expect(authorization).toContain(`,Signature=${signature}`);
      }),
      { numRuns: 200 },
    );
  });

  test("is what a signer by the vendor's page makes", () => {
    fc.assert(
      fc.property(method, path, parameters, awkward, (verb, pathname, query, payload) => {
        const headers = headersOf(payload);
        const canonicalQuery = Object.keys(query)
          .sort()
          .map((key) => `${encode(key)}=${encode(query[key] ?? "")}`)
          .join("&");
        const names = Object.keys(headers).sort();
        const lines = names.map((one) => `${one}:${headers[one]}\n`).join("");
        const canonical = [verb, pathname, canonicalQuery, lines, names.join(";"), sha256Hex(payload)].join("\n");
        const hash = createHash("sha256").update(canonical, "utf8").digest("hex");
        const expected = createHmac("sha256", secret).update(`ACS3-HMAC-SHA256\n${hash}`).digest("hex");
        expect(serverSide(verb, `${pathname}?${onTheWire(query)}`, headers, payload)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe("over the wire", () => {
  let sts: TestSts;
  beforeAll(async () => {
    sts = await startTestSts();
  });
  afterAll(() => sts.remove());

  test.each(["GET", "POST"] as const)("any text of a policy arrives by %s", async (verb) => {
    await fc.assert(
      fc.asyncProperty(awkward, async (text) => {
        const statement = { Sid: text, Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:b/${text}*` };
        const policy = { Version: "1", Statement: [statement] };
        const answer = await callSts(
          sts,
          {
            Action: "AssumeRole",
            Format: "JSON",
            RoleArn: OBJECTS_ROLE,
            RoleSessionName: "alice",
            Policy: JSON.stringify(policy),
          },
          { method: verb },
        );
        expect(answer.text).toContain('"Credentials"');
        const { Credentials } = JSON.parse(answer.text) as { Credentials: { AccessKeyId: string } };
        expect(sts.credentials.find(Credentials.AccessKeyId)?.sessionPolicy?.Statement[0]?.Sid).toBe(text);
      }),
      { numRuns: 25 },
    );
  });
});
