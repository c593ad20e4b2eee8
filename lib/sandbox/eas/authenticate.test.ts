import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { NO_TEMPORARY_CREDENTIALS } from "@/lib/sandbox/sts/credentials";
import { createAuthenticator } from "./authenticate";
import { roaSignature, roaStringToSign, type SignedRequest } from "./signature";
import { ACCOUNT } from "./testing";

/* The legacy signature by hand, and the window in which a nonce counts (reference: eas-openapi.md §3.2). */

const clock = createManualClock();
const authenticator = () => createAuthenticator(ACCOUNT, NO_TEMPORARY_CREDENTIALS, clock);

function signed(change: Record<string, string> = {}, target = "/api/v2/services?PageSize=5&Filter=a b"): SignedRequest {
  const headers: Record<string, string> = {
    accept: "application/json",
    // Sent without a body too, and part of what is signed.
    "content-type": "application/json; charset=utf-8",
    date: new Date(clock.now()).toUTCString(),
    host: "localhost",
    "x-acs-action": "ListServices",
    "x-acs-version": "2021-07-01",
    "x-acs-signature-method": "HMAC-SHA1",
    "x-acs-signature-version": "1.0",
    "x-acs-signature-nonce": "nonce-1",
    ...change,
  };
  const request = { method: "GET", target, headers };
  const signature = roaSignature(ACCOUNT.accessKeySecret, roaStringToSign(request));
  return { ...request, headers: { ...headers, authorization: `acs ${ACCOUNT.accessKeyId}:${signature}` } };
}

const nothing = new Uint8Array();
const body = Buffer.from('{"Instance":2}');
const md5 = (data: Uint8Array) => createHash("md5").update(data).digest("base64");

describe("the legacy signature", () => {
  test("passes without a body", () => {
    expect(authenticator()(signed(), nothing)).toMatchObject({ secret: ACCOUNT.accessKeySecret });
  });

  test.each([
    ["content type", "content-type", "text/plain"],
    ["action", "x-acs-action", "DeleteService"],
    ["accept", "accept", "*/*"],
    ["nonce", "x-acs-signature-nonce", "another"],
  ])("covers the %s", (_, name, value) => {
    const request = signed();
    const altered = { ...request, headers: { ...request.headers, [name]: value } };
    expect(() => authenticator()(altered, nothing)).toThrow(expect.objectContaining({ code: "SignatureDoesNotMatch" }));
  });

  test("covers the query, in whatever order and encoding it came", () => {
    const request = signed();
    const moved = { ...request, target: "/api/v2/services?Filter=a%20b&PageSize=5" };
    expect(() => authenticator()(moved, nothing)).not.toThrow();
    const more = { ...request, target: `${request.target}&PageNumber=2` };
    expect(() => authenticator()(more, nothing)).toThrow(expect.objectContaining({ code: "SignatureDoesNotMatch" }));
  });

  test("passes from clients that sign a key without a value bare", () => {
    const signature = roaSignature(
      ACCOUNT.accessKeySecret,
      roaStringToSign(signed({}, "/api/v2/services")).concat("?Filter&PageSize=5"),
    );
    const request = signed({}, "/api/v2/services?PageSize=5&Filter=");
    const authorization = `acs ${ACCOUNT.accessKeyId}:${signature}`;
    expect(() =>
      authenticator()({ ...request, headers: { ...request.headers, authorization } }, nothing),
    ).not.toThrow();
  });

  test("holds a body to its sum, where one is given", () => {
    expect(() => authenticator()(signed({ "content-md5": md5(body) }), body)).not.toThrow();
    expect(() => authenticator()(signed({ "content-md5": md5(nothing) }), body)).toThrow(
      expect.objectContaining({ status: 400, code: "ContentMD5NotMatched" }),
    );
  });

  test.each([
    ["no date", "", "InvalidTimeStamp.Format"],
    ["another form of date", "2026-01-02T03:04:05Z", "InvalidTimeStamp.Format"],
    ["an old date", "Thu, 01 Jan 2015 00:00:00 GMT", "InvalidTimeStamp.Expired"],
  ])("%s", (_, date, code) => {
    expect(() => authenticator()(signed({ date }), nothing)).toThrow(expect.objectContaining({ status: 400, code }));
  });
});

describe("a nonce", () => {
  test("passes once as long as its date would, by whatever signature", async () => {
    const authenticate = authenticator();
    const request = signed();
    authenticate(request, nothing);
    for (const minutes of [0, 14]) {
      await clock.advance(minutes * 60_000);
      expect(() => authenticate(request, nothing)).toThrow(expect.objectContaining({ code: "SignatureNonceUsed" }));
    }
    await clock.advance(2 * 60_000);
    expect(() => authenticate(request, nothing)).toThrow(expect.objectContaining({ code: "InvalidTimeStamp.Expired" }));
  });

  test("must be there", () => {
    expect(() => authenticator()(signed({ "x-acs-signature-nonce": "" }), nothing)).toThrow(
      expect.objectContaining({ code: "SignatureNonceUsed" }),
    );
  });
});
