import { z } from "zod";
import { AppError, type ErrorCode, type VendorError } from "@/lib/errors";

/**
 * The one map from what EAS and its runtime throw to AppError (eas-openapi.md §5). Codes that no document confirms are
 * matched by their family, so that `Forbidden.Something` is understood the day it appears.
 */
const RULES: readonly (readonly [pattern: RegExp, code: ErrorCode, retryable?: boolean])[] = [
  [/^InvalidTimeStamp/, "clock_skew"],
  // The nonce is new with every attempt: the request was refused, a repetition is safe and usually enough.
  [/^SignatureNonceUsed$/, "upstream", true],
  // Those of a role are renewed: the next try has others.
  [/^InvalidSecurityToken\.Expired$/, "invalid_credentials", true],
  [/^(InvalidAccessKeyId|InvalidSecurityToken|SignatureDoesNotMatch|IncompleteSignature)/, "invalid_credentials"],
  [
    /^(InvalidCredentials|MissingAccessKeyId|MissingSecurityToken|MissingAuthorization|Unauthorized$)/,
    "invalid_credentials",
  ],
  [/Throttling/, "throttled", true],
  [/Arrear|Overdue|InDebt|InsufficientBalance/i, "arrears"],
  [/QuotaExceed|LimitExceed|QuotaLimit/i, "quota_exceeded"],
  [/NoStock|OutOfStock|StockNotEnough|ResourceNotEnough|InsufficientResource/i, "out_of_stock"],
  [/^(Forbidden|NoPermission|AccessDenied)/, "permission_denied"],
  [/AlreadyExist|Duplicate|Conflict|IncorrectStatus|InvalidStatus|OperationDenied/i, "conflict"],
  [/NotFound$/, "not_found"],
  [/^(Invalid|Missing|BadRequest)/, "invalid_input"],
];

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const VendorFault = z.object({
  code: z.string(),
  statusCode: z.number(),
  requestId: z.string().optional(),
  retryAfter: z.number().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
  message: z.string().optional(),
});

const text = (value: unknown) =>
  typeof value === "string" && value !== "" && value !== "undefined" ? value : undefined;

export function toAppError(error: unknown, signal?: AbortSignal): AppError {
  if (error instanceof AppError) return error;
  if (signal?.aborted || isNamed(error, "AbortError")) return new AppError("cancelled", { cause: error });
  // An error page that is not JSON: the runtime loses its status on the way.
  if (error instanceof SyntaxError)
    return new AppError("upstream", { retryable: true, cause: error, vendor: { message: error.message } });
  if (error instanceof z.ZodError)
    return new AppError("upstream", { cause: error, vendor: { message: z.prettifyError(error) } });
  if (isNamed(error, "RequestTimeoutError") || isNamed(error, "TimeoutError") || hasCode(error, "ETIMEDOUT"))
    return new AppError("timeout", { retryable: true, cause: error, vendor: { message: error.message } });
  if (error instanceof Error && "code" in error && NETWORK_CODES.has(String(error.code)))
    return new AppError("network", {
      retryable: true,
      cause: error,
      vendor: { code: String(error.code), message: error.message },
    });
  const fault = VendorFault.safeParse(isObject(error) ? toPlain(error) : error);
  if (fault.success) return fromFault(fault.data, error);
  return new AppError("internal", { cause: error });
}

function fromFault(fault: z.output<typeof VendorFault>, cause: unknown): AppError {
  const vendor: VendorError = {
    code: text(fault.code),
    // `message` of the runtime wraps the vendor's sentence in code, status and request id.
    message: text(fault.data?.Message) ?? text(fault.data?.message) ?? text(fault.message),
    status: fault.statusCode,
    requestId: text(fault.requestId),
  };
  const rule = RULES.find(([pattern]) => pattern.test(fault.code));
  const [code, retryable] = refine(rule?.[1], rule?.[2], vendor);
  const params: Record<string, number> = fault.retryAfter ? { retryAfterMs: fault.retryAfter } : {};
  return new AppError(code, { retryable, vendor, cause, params });
}

function refine(
  code: ErrorCode | undefined,
  retryable: boolean | undefined,
  vendor: VendorError,
): [ErrorCode, boolean] {
  const status = vendor.status ?? 0;
  // No code is known for a name that is taken; its text is (eas-openapi.md §5).
  if (status < 500 && /already exist|is taken|duplicate/i.test(vendor.message ?? "")) return ["conflict", false];
  if (code) return [code, retryable ?? false];
  if (status === 401) return ["invalid_credentials", false];
  if (status === 403) return ["permission_denied", false];
  if (status === 404) return ["not_found", false];
  if (status === 409) return ["conflict", false];
  if (status === 429) return ["throttled", true];
  if (status >= 500) return ["upstream", true];
  return ["invalid_input", false];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The runtime's errors are class instances whose fields zod would not see as a plain object's own. */
function toPlain(error: object): Record<string, unknown> {
  const { code, statusCode, requestId, retryAfter, data, message } = error as Record<string, unknown>;
  return { code, statusCode, requestId, retryAfter, data, message };
}

function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

function hasCode(error: unknown, code: string): error is Error {
  return error instanceof Error && "code" in error && error.code === code;
}
