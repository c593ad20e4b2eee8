import { describe, expect, test } from "vitest";
import { fromOssAnswer, fromOssXml, isExpiredSignature, toAppError } from "./errors";

describe("what OSS says", () => {
  test.each([
    ["RequestTimeTooSkewed", 403, "clock_skew", false],
    ["SignatureDoesNotMatch", 403, "invalid_credentials", false],
    ["InvalidSecurityToken", 403, "invalid_credentials", false],
    ["SecurityTokenExpired", 403, "invalid_credentials", true],
    ["AccessDenied", 403, "permission_denied", false],
    ["NoSuchBucket", 404, "not_found", false],
    ["BucketAlreadyExists", 409, "conflict", false],
    ["SecondLevelDomainForbidden", 403, "invalid_input", false],
    ["AccessForbidden", 403, "permission_denied", false],
    ["TooManyBuckets", 400, "quota_exceeded", false],
    ["InternalError", 500, "upstream", true],
    ["TotalQpsLimitExceeded", 503, "throttled", true],
    ["RequestTimeout", 400, "timeout", true],
    ["SomethingNew", 400, "upstream", false],
    ["SomethingNew", 502, "upstream", true],
  ])("%s (%i) → %s, retryable %s", (code, status, expected, retryable) => {
    const error = fromOssAnswer({ code, status, message: "m", requestId: "r" });
    expect(error).toMatchObject({ code: expected, retryable, vendor: { code, status, message: "m", requestId: "r" } });
  });
});

describe("what ali-oss throws", () => {
  function sdkError(name: string, fields: object): Error {
    return Object.assign(new Error("words"), { name, ...fields });
  }
  test.each([
    ["a refused connection", sdkError("RequestError", { status: -1, code: "RequestError" }), "network"],
    ["a connection timeout", sdkError("ConnectionTimeoutError", { status: -2 }), "timeout"],
    ["a late answer", sdkError("ResponseTimeoutError", {}), "timeout"],
    ["an answer", sdkError("NoSuchKeyError", { status: 404, code: "NoSuchKey" }), "not_found"],
    ["its own refusal", new Error("The bucket must be conform to the specifications"), "internal"],
  ])("%s", (_, error, code) => expect(toAppError(error).code).toBe(code));
});

describe("the error document", () => {
  const xml = `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired &amp; gone.</Message><RequestId>6556</RequestId></Error>`;
  test("is read, entities too", () => {
    expect(fromOssXml(403, xml).vendor).toEqual({
      status: 403,
      code: "AccessDenied",
      message: "Request has expired & gone.",
      requestId: "6556",
    });
  });
  test("an expired URL asks for a new signature, another refusal does not", () => {
    expect(isExpiredSignature(fromOssXml(403, xml))).toBe(true);
    expect(isExpiredSignature(fromOssXml(403, xml.replace(" has expired", " was refused")))).toBe(false);
  });
  test("anything else still has its status", () => {
    expect(fromOssXml(502, "<html>Bad gateway")).toMatchObject({ code: "upstream", retryable: true });
  });
});
