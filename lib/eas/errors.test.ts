import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError, type ErrorCode } from "@/lib/errors";
import { toAppError } from "./errors";

/** As the runtime throws them: fields on an Error (eas-openapi.md §5). */
function fault(code: string, statusCode: number, message = "Said the vendor.", more: object = {}): Error {
  const wrapped = `${code}: code: ${statusCode}, ${message} request id: R-1`;
  return Object.assign(new Error(wrapped), { code, statusCode, requestId: "R-1", data: { Message: message }, ...more });
}

const CASES: [vendor: string, status: number, code: ErrorCode, retryable: boolean, message?: string][] = [
  ["InvalidService.NotFound", 404, "not_found", false],
  ["Forbidden.PrivilegeCheckFailed", 403, "permission_denied", false],
  ["Forbidden.RAM", 403, "permission_denied", false],
  ["Forbidden.Unheard", 403, "permission_denied", false],
  ["NoPermission", 403, "permission_denied", false],
  ["InvalidAccessKeyId.NotFound", 404, "invalid_credentials", false],
  ["SignatureDoesNotMatch", 400, "invalid_credentials", false],
  ["IncompleteSignature", 400, "invalid_credentials", false],
  ["InvalidTimeStamp.Expired", 400, "clock_skew", false],
  ["InvalidSecurityToken.Expired", 400, "invalid_credentials", true],
  ["InvalidSecurityToken.Malformed", 400, "invalid_credentials", false],
  ["SignatureNonceUsed", 400, "upstream", true],
  ["Throttling", 400, "throttled", true],
  ["Throttling.User", 429, "throttled", true],
  ["QuotaExceeded.Service", 400, "quota_exceeded", false],
  ["OperationDenied.NoStock", 403, "out_of_stock", false],
  ["InvalidAccount.Arrears", 400, "arrears", false],
  ["InvalidParameter", 400, "invalid_input", false],
  ["InvalidParameter", 400, "conflict", false, "Service [foo] already exists."],
  ["IncorrectStatus.Service", 400, "conflict", false],
  ["OperationConflict", 409, "conflict", false],
  ["Unheard", 400, "invalid_input", false],
  ["Unheard", 401, "invalid_credentials", false],
  ["Unheard", 403, "permission_denied", false],
  ["Unheard", 404, "not_found", false],
  ["Unheard", 409, "conflict", false],
  ["Unheard", 429, "throttled", true],
  ["InternalError", 500, "upstream", true],
  ["undefined", 503, "upstream", true],
];

describe("toAppError", () => {
  it.each(CASES)("%s with %i is %s", (vendor, status, code, retryable, message) => {
    expect(toAppError(fault(vendor, status, message))).toMatchObject({ code, retryable });
  });

  it("keeps the vendor's own words, unwrapped", () => {
    expect(toAppError(fault("InvalidService.NotFound", 404)).vendor).toEqual({
      code: "InvalidService.NotFound",
      message: "Said the vendor.",
      status: 404,
      requestId: "R-1",
    });
  });

  it("does not show the runtime's `undefined` as a code", () => {
    expect(toAppError(fault("undefined", 502, undefined, { requestId: "undefined" })).vendor).toMatchObject({
      code: undefined,
      requestId: undefined,
    });
  });

  it("keeps how long the vendor asks to wait", () => {
    expect(toAppError(fault("Throttling", 429, "", { retryAfter: 1500 })).params).toEqual({ retryAfterMs: 1500 });
  });

  it.each([
    ["an error page that is not JSON", new SyntaxError("Unexpected token <"), "upstream", true],
    ["a slow answer", Object.assign(new Error("ReadTimeout"), { name: "RequestTimeoutError" }), "timeout", true],
    ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "network", true],
    ["an unknown host", Object.assign(new Error("dns"), { code: "ENOTFOUND" }), "network", true],
    ["a bad certificate", Object.assign(new Error("tls"), { code: "CERT_HAS_EXPIRED" }), "network", true],
    ["a reply of another shape", z.object({ a: z.string() }).safeParse({}).error, "upstream", false],
    ["our own mistake", new TypeError("x is not a function"), "internal", false],
    ["something thrown that is no error", "boom", "internal", false],
  ])("%s", (_, error, code, retryable) => {
    expect(toAppError(error)).toMatchObject({ code, retryable });
  });

  it("calls whatever happens after an abort cancelled", () => {
    expect(toAppError(new Error("socket hang up"), AbortSignal.abort()).code).toBe("cancelled");
  });

  it("passes its own kind through", () => {
    const error = new AppError("arrears");
    expect(toAppError(error)).toBe(error);
  });
});
