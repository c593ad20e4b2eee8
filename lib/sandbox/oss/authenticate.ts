import type { SandboxAccount } from "@/lib/sandbox/core/types";
import {
  identifySigner,
  type KeyProblem,
  type Signer,
  type TemporaryCredential,
  type TemporaryCredentials,
} from "@/lib/sandbox/sts/credentials";
import { invalidArgument, type OssError, ossError } from "./errors";
import type { OssRequest } from "./request";
import { signV1, stringToSignV1 } from "./signature-v1";
import {
  type CredentialScope,
  canonicalRequestV4,
  isDefaultSignedHeader,
  signV4,
  stringToSignV4,
  UNSIGNED_PAYLOAD,
  V4_ALGORITHM,
} from "./signature-v4";

/**
 * Who sends the request: the account, a session with temporary credentials, or nobody. Order of checks as in the
 * reference (oss-rest.md §7): shape, key id, time, token, signature; for URLs, expiry before the signature.
 */

export type Caller = { kind: "owner" } | { kind: "session"; session: TemporaryCredential } | { kind: "anonymous" };

export interface AuthenticationContext {
  account: SandboxAccount;
  credentials: TemporaryCredentials;
  region: string;
  now: number;
}

const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_S = 604_800;

export function authenticate(request: OssRequest, context: AuthenticationContext): Caller {
  const authorization = request.headers.get("authorization");
  const isV4Url =
    request.parameter("x-oss-signature-version") !== undefined || request.parameter("x-oss-signature") !== undefined;
  const isV1Url = ["OSSAccessKeyId", "Signature"].some((name) => request.parameter(name) !== undefined);
  if (authorization !== undefined && (isV4Url || isV1Url)) {
    throw invalidArgument(
      "Only one auth mechanism is allowed: the Authorization header or the signature in the query.",
      "Authorization",
      authorization,
    );
  }
  if (authorization !== undefined) {
    if (authorization.startsWith(`${V4_ALGORITHM} `)) return verifyV4Header(request, authorization, context);
    return verifyV1Header(request, authorization, context);
  }
  if (isV4Url) return verifyV4Url(request, context);
  if (isV1Url) return verifyV1Url(request, context);
  return { kind: "anonymous" };
}

function verifyV1Header(request: OssRequest, authorization: string, context: AuthenticationContext): Caller {
  const match = /^OSS ([^:\s]+):(\S+)$/.exec(authorization);
  const [, keyId, signature] = match ?? [];
  if (keyId === undefined || signature === undefined) {
    throw invalidArgument("Authorization header is invalid.", "Authorization", authorization);
  }
  const signer = findSigner(keyId, request.headers.get("x-oss-security-token"), context);
  const date = request.headers.get("x-oss-date") ?? request.headers.get("date");
  const time = date === undefined ? Number.NaN : parseHttpDate(date);
  if (date === undefined || Number.isNaN(time)) {
    throw ossError("AccessDenied", { message: "OSS authentication requires a valid Date." });
  }
  checkSkew(time, context.now);
  const { secret, caller } = signer();
  verifyV1(request, date, keyId, signature, secret);
  return caller;
}

function verifyV1Url(request: OssRequest, context: AuthenticationContext): Caller {
  const keyId = request.parameter("OSSAccessKeyId");
  const expires = request.parameter("Expires");
  // A plus sign of the base64 that the sender forgot to encode arrives as a space.
  const signature = request.parameter("Signature")?.replaceAll(" ", "+");
  if (!keyId || !expires || !signature) {
    throw ossError("AccessDenied", {
      message: "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters.",
    });
  }
  const signer = findSigner(keyId, request.parameter("security-token"), context);
  if (!/^\d{1,15}$/.test(expires)) {
    throw ossError("AccessDenied", { message: "Invalid date (should be seconds since epoch)." });
  }
  checkExpiry(Number(expires) * 1000, context.now);
  const { secret, caller } = signer();
  verifyV1(request, expires, keyId, signature, secret);
  return caller;
}

function verifyV1(request: OssRequest, date: string, keyId: string, signature: string, secret: string): void {
  const bytes = stringToSignV1(request, date);
  if (signV1(secret, bytes) !== signature) throw signatureMismatch(V1_MISMATCH, keyId, signature, bytes);
}

function verifyV4Header(request: OssRequest, authorization: string, context: AuthenticationContext): Caller {
  const fields = parseV4Authorization(authorization);
  const { keyId, scope } = parseCredential(fields.Credential, "header", context.region);
  const additional = parseAdditionalHeaders(fields.AdditionalHeaders, request.headers);
  const signer = findSigner(keyId, request.headers.get("x-oss-security-token"), context);
  const timestamp = request.headers.get("x-oss-date") ?? request.headers.get("date");
  const time = timestamp === undefined ? Number.NaN : parseV4Date(timestamp);
  if (timestamp === undefined || Number.isNaN(time)) {
    throw ossError("AccessDenied", { message: "OSS authentication requires a valid Date." });
  }
  checkScopeDate(scope, timestamp);
  checkSkew(time, context.now);
  const payload = request.headers.get("x-oss-content-sha256");
  if (payload !== UNSIGNED_PAYLOAD) {
    throw invalidArgument("x-oss-content-sha256 must be UNSIGNED-PAYLOAD.", "x-oss-content-sha256", payload ?? "");
  }
  const { secret, caller } = signer();
  verifyV4(request, { keyId, scope, timestamp, additional, signature: fields.Signature }, secret);
  return caller;
}

function verifyV4Url(request: OssRequest, context: AuthenticationContext): Caller {
  const version = request.parameter("x-oss-signature-version");
  const credential = request.parameter("x-oss-credential");
  const timestamp = request.parameter("x-oss-date");
  const expires = request.parameter("x-oss-expires");
  const signature = request.parameter("x-oss-signature");
  if (!version || !credential || !timestamp || !expires || !signature) {
    throw ossError("AccessDenied", {
      message:
        "Query-string authentication requires the x-oss-signature-version, x-oss-credential, x-oss-date, x-oss-expires and x-oss-signature parameters.",
    });
  }
  if (version !== V4_ALGORITHM) {
    throw invalidArgument("Invalid signature version.", "x-oss-signature-version", version);
  }
  const { keyId, scope } = parseCredential(credential, "url", context.region);
  const additional = parseAdditionalHeaders(request.parameter("x-oss-additional-headers"), request.headers);
  const token = request.parameter("x-oss-security-token") ?? request.headers.get("x-oss-security-token");
  const signer = findSigner(keyId, token, context);
  const start = parseV4Date(timestamp);
  if (Number.isNaN(start)) throw invalidArgument("Invalid date.", "x-oss-date", timestamp);
  checkScopeDate(scope, timestamp);
  if (!/^\d{1,7}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_EXPIRES_S) {
    throw invalidArgument("x-oss-expires must be between 1 and 604800 seconds.", "x-oss-expires", expires);
  }
  if (start - context.now > MAX_SKEW_MS) {
    throw ossError("AccessDenied", { message: "Request is not valid yet.", ec: "0002-00000235" });
  }
  checkExpiry(start + Number(expires) * 1000, context.now);
  const { secret, caller } = signer();
  verifyV4(request, { keyId, scope, timestamp, additional, signature }, secret);
  return caller;
}

interface V4Claim {
  keyId: string;
  scope: CredentialScope;
  timestamp: string;
  additional: readonly string[];
  signature: string;
}

function verifyV4(request: OssRequest, claim: V4Claim, secret: string): void {
  const canonicalRequest = canonicalRequestV4(request, claim.additional);
  const stringToSign = stringToSignV4(claim.timestamp, claim.scope, canonicalRequest);
  if (signV4(secret, claim.scope, stringToSign) === claim.signature) return;
  throw signatureMismatch(V4_MISMATCH, claim.keyId, claim.signature, Buffer.from(stringToSign), canonicalRequest);
}

export const V1_MISMATCH = "0002-00000040";
export const V4_MISMATCH = "0002-00000201";

export function signatureMismatch(
  ec: typeof V1_MISMATCH | typeof V4_MISMATCH,
  keyId: string,
  signature: string,
  bytes: Buffer,
  canonicalRequest?: string,
): OssError {
  const details: Record<string, string> = {
    OSSAccessKeyId: keyId,
    SignatureProvided: signature,
    StringToSign: bytes.toString("utf8"),
    StringToSignBytes: [...bytes].map((byte) => `${byte.toString(16).toUpperCase().padStart(2, "0")} `).join(""),
  };
  if (canonicalRequest !== undefined) details.CanonicalRequest = canonicalRequest;
  const message =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
  return ossError("SignatureDoesNotMatch", { message, ec, details });
}

interface V4Authorization {
  Credential: string;
  AdditionalHeaders?: string;
  Signature: string;
}

function parseV4Authorization(authorization: string): V4Authorization {
  const fields = new Map<string, string>();
  for (const part of authorization.slice(V4_ALGORITHM.length + 1).split(",")) {
    const [, name, value] = /^\s*([A-Za-z]+)=(.*?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) {
      throw invalidArgument("Authorization header is invalid.", "Authorization", authorization);
    }
    fields.set(name, value);
  }
  const credential = fields.get("Credential");
  const signature = fields.get("Signature");
  if (!credential || !signature) {
    throw invalidArgument("Authorization header is invalid.", "Authorization", authorization);
  }
  return { Credential: credential, AdditionalHeaders: fields.get("AdditionalHeaders"), Signature: signature };
}

/** Where a credential may stand, and the vendor's numbers for what is wrong with it there. */
const CREDENTIAL_PLACES = {
  header: { argument: "Authorization", shape: "0002-00000213", region: "0002-00000228" },
  url: { argument: "x-oss-credential", shape: "0002-00000224", region: "0002-00000226" },
  form: { argument: "x-oss-credential", shape: undefined, region: "0002-00000715" },
} as const;

export function parseCredential(
  credential: string,
  place: keyof typeof CREDENTIAL_PLACES,
  region: string,
): { keyId: string; scope: CredentialScope } {
  const { argument, shape, region: regionEc } = CREDENTIAL_PLACES[place];
  const details = { ArgumentName: argument, ArgumentValue: credential };
  const [keyId, date, signedRegion, product, terminator, ...rest] = credential.split("/");
  if (!keyId || !date || !/^\d{8}$/.test(date) || terminator !== "aliyun_v4_request" || rest.length > 0) {
    throw ossError("InvalidArgument", { message: "The credential is invalid.", ec: shape, details });
  }
  if (signedRegion !== region) {
    throw ossError("InvalidArgument", {
      message: "The signing region in credential is invalid.",
      ec: regionEc,
      details,
    });
  }
  if (product !== "oss") {
    throw ossError("InvalidArgument", { message: "The signing product in credential is invalid.", ec: shape, details });
  }
  return { keyId, scope: { date, region } };
}

function parseAdditionalHeaders(list: string | undefined, headers: ReadonlyMap<string, string>): string[] {
  if (list === undefined) return [];
  const names = list.split(";").map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (name === "" || name.includes("_") || isDefaultSignedHeader(name) || !headers.has(name)) {
      throw invalidArgument("The additional headers are invalid.", "AdditionalHeaders", list);
    }
  }
  return [...new Set(names)].sort();
}

/**
 * Finds whose key it is. A key that nobody has, or a temporary one without its token, is refused at once; what is wrong
 * with a token is for the call of the result, after the time was checked.
 */
export function findSigner(
  keyId: string,
  securityToken: string | undefined,
  { account, credentials, now }: Pick<AuthenticationContext, "account" | "credentials" | "now">,
): () => { secret: string; caller: Caller } {
  const signer = identifySigner(account, credentials, { accessKeyId: keyId, securityToken }, now);
  if (signer === "unknown-key" || signer === "token-missing") throw keyError(signer, keyId);
  return () => {
    if (typeof signer === "string") throw keyError(signer, keyId);
    return { secret: signer.secret, caller: callerOf(signer) };
  };
}

function callerOf({ session }: Signer): Caller {
  return session ? { kind: "session", session } : { kind: "owner" };
}

/** Codes and numbers as on the vendor's pages 0002-00000003, -4, -6, -7 and -902. */
function keyError(problem: KeyProblem, keyId: string): OssError {
  switch (problem) {
    case "unknown-key":
      return ossError("InvalidAccessKeyId", { details: { OSSAccessKeyId: keyId } });
    case "token-missing":
      return ossError("InvalidAccessKeyId", { ec: "0002-00000003", details: { OSSAccessKeyId: keyId } });
    case "token-invalid":
      return ossError("InvalidSecurityToken");
    case "token-of-another-key":
      return ossError("AccessKeyIdAndSecurityTokenNotMatch");
    case "token-expired":
      return ossError("SecurityTokenExpired");
    default:
      return problem satisfies never;
  }
}

function checkSkew(time: number, now: number): void {
  if (Math.abs(time - now) <= MAX_SKEW_MS) return;
  throw ossError("RequestTimeTooSkewed", {
    details: {
      MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
      RequestTime: new Date(time).toISOString(),
      ServerTime: new Date(now).toISOString(),
    },
  });
}

function checkExpiry(expires: number, now: number): void {
  if (now <= expires) return;
  throw ossError("AccessDenied", {
    message: "Request has expired.",
    details: { Expires: new Date(expires).toISOString(), ServerTime: new Date(now).toISOString() },
  });
}

function checkScopeDate(scope: CredentialScope, timestamp: string): void {
  if (timestamp.startsWith(scope.date)) return;
  throw invalidArgument("Invalid signing date in the credential.", "Credential", scope.date);
}

/** RFC 1123 in GMT, and nothing that Date.parse would accept besides. */
function parseHttpDate(text: string): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}

function parseV4Date(text: string): number {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
