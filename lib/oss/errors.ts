/** The one map from what OSS says to AppError. Codes: reference oss-rest.md §13. No SDK here: the browser's uploader uses it too. */
import { AppError, type ErrorCode, type VendorError } from "@/lib/errors";

interface Rule {
  code: ErrorCode;
  retryable?: boolean;
}

const CREDENTIALS: Rule = { code: "invalid_credentials" };
const DENIED: Rule = { code: "permission_denied" };
const MISSING: Rule = { code: "not_found" };
const TAKEN: Rule = { code: "conflict" };
const WRONG: Rule = { code: "invalid_input" };
const THROTTLED: Rule = { code: "throttled", retryable: true };

const BY_CODE: Readonly<Record<string, Rule>> = {
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidSecurityToken: CREDENTIALS,
  // Those of a role are renewed: the next try has others.
  SecurityTokenExpired: { ...CREDENTIALS, retryable: true },
  AccessKeyIdAndSecurityTokenNotMatch: CREDENTIALS,
  RequestTimeTooSkewed: { code: "clock_skew" },
  AccessDenied: DENIED,
  AccessForbidden: DENIED,
  InvalidObjectState: DENIED,
  UserDisable: { code: "arrears" },
  NoSuchBucket: MISSING,
  NoSuchKey: MISSING,
  NoSuchUpload: MISSING,
  NoSuchCORSConfiguration: MISSING,
  BucketAlreadyExists: TAKEN,
  FileAlreadyExists: TAKEN,
  FileImmutable: TAKEN,
  BucketNotEmpty: TAKEN,
  TooManyBuckets: { code: "quota_exceeded" },
  CORSRuleBeyondLimit: { code: "quota_exceeded" },
  EntityTooLarge: { code: "quota_exceeded" },
  InvalidBucketName: WRONG,
  InvalidObjectName: WRONG,
  InvalidArgument: WRONG,
  // The endpoint and the addressing style of the connection do not fit each other.
  SecondLevelDomainForbidden: WRONG,
  NonStandardHostForbidden: WRONG,
  TransferAccelerationDisabled: WRONG,
  RequestTimeout: { code: "timeout", retryable: true },
  UploadTrafficRateLimitExceeded: THROTTLED,
  DownloadTrafficRateLimitExceeded: THROTTLED,
  TotalQpsLimitExceeded: THROTTLED,
  CpuLimitExceeded: THROTTLED,
  MetaOperationQpsLimitExceeded: THROTTLED,
};

function ruleOf(vendor: VendorError): Rule {
  const known = vendor.code === undefined ? undefined : BY_CODE[vendor.code];
  if (known) return known;
  const status = vendor.status ?? 0;
  if (status >= 500) return { code: "upstream", retryable: true };
  if (status === 408) return { code: "timeout", retryable: true };
  if (status === 429) return THROTTLED;
  if (status === 403) return DENIED;
  if (status === 404) return MISSING;
  return { code: "upstream" };
}

/** An answer that OSS gave. */
export function fromOssAnswer(vendor: VendorError, cause?: unknown): AppError {
  const { code, retryable } = ruleOf(vendor);
  return new AppError(code, { vendor, retryable, cause });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What ali-oss throws: answers carry a status, network failures -1, timeouts -2 (urllib's error names tell them apart). */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return new AppError("internal", { cause: error });
  const raw: { name: string; message: string; code?: unknown; status?: unknown; requestId?: unknown } = error;
  if (/Timeout(Error)?$/.test(raw.name) || raw.status === -2) {
    return new AppError("timeout", { vendor: { message: raw.message }, retryable: true, cause: error });
  }
  if (raw.status === -1 || raw.name === "RequestError") {
    return new AppError("network", { vendor: { message: raw.message }, retryable: true, cause: error });
  }
  if (typeof raw.status === "number") {
    const vendor = { code: text(raw.code), message: raw.message, status: raw.status, requestId: text(raw.requestId) };
    return fromOssAnswer(vendor, error);
  }
  return new AppError("internal", { cause: error });
}

/** Reads the error document that OSS sends with a refused request; tolerates anything else. */
export function fromOssXml(status: number, xml: string, requestId?: string): AppError {
  return fromOssAnswer({
    status,
    code: element(xml, "Code"),
    message: element(xml, "Message"),
    requestId: element(xml, "RequestId") ?? requestId,
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function element(xml: string, name: string): string | undefined {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text(value?.replace(/&(lt|gt|quot|apos|amp);/g, (whole, entity: string) => ENTITIES[entity] ?? whole));
}

/**
 * True when a new signature may help: the URL's own time is over, or the temporary key behind it is
 * (reference: oss-rest.md §7, §13).
 */
export function isExpiredSignature(error: AppError): boolean {
  const code = error.vendor?.code;
  if (code === "SecurityTokenExpired" || code === "InvalidAccessKeyId") return true;
  return code === "AccessDenied" && /expired/i.test(error.vendor?.message ?? "");
}
