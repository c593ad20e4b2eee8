import { createHash } from "node:crypto";
import type { Clock } from "@/lib/clock";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import { identifySigner, type KeyProblem, type Signer, type TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import { createNonceMemory } from "@/lib/sandbox/sts/nonces";
import { ApiFault } from "./fault";
import {
  acs3Signature,
  acs3StringToSign,
  canonicalRequest,
  parseAcs3Authorization,
  parseRoaAuthorization,
  roaSignature,
  roaStringToSign,
  type SignedRequest,
  sameText,
  sha256Hex,
} from "./signature";

/** Common Alibaba Cloud practice; no source states it for EAS. */
const DATE_WINDOW_MS = 15 * 60_000;

/** Headers without which a valid ACS3 signature could be moved to another request. */
const ALWAYS_SIGNED = [
  "host",
  "x-acs-action",
  "x-acs-version",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-content-sha256",
];

/** `skewMs`: how far the server's clock is off for this request. */
export type Authenticate = (request: SignedRequest, body: Uint8Array, skewMs?: number) => Signer;

/** Throws an ApiFault unless the request was signed by the account or a session, recently, and for the first time. */
export function createAuthenticator(
  account: SandboxAccount,
  credentials: TemporaryCredentials,
  clock: Clock,
): Authenticate {
  const nonces = createNonceMemory(clock, 2 * DATE_WINDOW_MS);

  const signerOf = (accessKeyId: string, request: SignedRequest): Signer => {
    const claim = { accessKeyId, securityToken: request.headers["x-acs-security-token"] };
    const signer = identifySigner(account, credentials, claim, clock.now());
    if (typeof signer === "string") throw keyFault(signer);
    return signer;
  };
  const checkDate = (value: string | undefined, pattern: RegExp, skewMs: number) => {
    const time = value && pattern.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time))
      throw new ApiFault(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.");
    if (Math.abs(clock.now() + skewMs - time) > DATE_WINDOW_MS)
      throw new ApiFault(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
  };

  const verifyAcs3 = (request: SignedRequest, body: Uint8Array, header: string, skewMs: number): Signer => {
    const authorization = parseAcs3Authorization(header);
    const required =
      request.headers["x-acs-security-token"] === undefined
        ? ALWAYS_SIGNED
        : [...ALWAYS_SIGNED, "x-acs-security-token"];
    const missing = required.filter((name) => !authorization?.signedHeaders.includes(name));
    if (!authorization || missing.length > 0) throw incompleteSignature(missing);
    const signer = signerOf(authorization.accessKeyId, request);
    checkDate(request.headers["x-acs-date"], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, skewMs);
    const payloadHash = sha256Hex(body);
    const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash);
    const stringToSign = acs3StringToSign(canonical);
    const bare = canonicalRequest(request, authorization.signedHeaders, payloadHash, { bareKeys: true });
    const fits = (text: string) => sameText(acs3Signature(signer.secret, text), authorization.signature);
    if (
      request.headers["x-acs-content-sha256"] !== payloadHash ||
      !(fits(stringToSign) || fits(acs3StringToSign(bare)))
    )
      throw signatureMismatch(`${stringToSign}; server canonical request is:${canonical}`);
    return signer;
  };

  const verifyRoa = (request: SignedRequest, body: Uint8Array, header: string, skewMs: number): Signer => {
    const authorization = parseRoaAuthorization(header);
    if (!authorization) throw incompleteSignature([]);
    const signer = signerOf(authorization.accessKeyId, request);
    checkDate(request.headers.date, /^\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d GMT$/, skewMs);
    const stringToSign = roaStringToSign(request);
    const fits = (text: string) => sameText(roaSignature(signer.secret, text), authorization.signature);
    if (!fits(stringToSign) && !fits(roaStringToSign(request, { bareKeys: true })))
      throw signatureMismatch(stringToSign);
    // The only thing that ties this signature to the body; the vendor's clients leave it out.
    const sum = request.headers["content-md5"];
    if (sum !== undefined && sum !== createHash("md5").update(body).digest("base64"))
      throw new ApiFault(400, "ContentMD5NotMatched", "Specified Content-MD5 is not matched with our calculation.");
    return signer;
  };

  return (request, body, skewMs = 0) => {
    const header = request.headers.authorization ?? "";
    const signer = header.startsWith("acs ")
      ? verifyRoa(request, body, header, skewMs)
      : verifyAcs3(request, body, header, skewMs);
    // Only a request that was signed right uses up its nonce: a stranger cannot spend another's.
    const nonce = request.headers["x-acs-signature-nonce"];
    if (!nonce || !nonces.spend(nonce))
      throw new ApiFault(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    return signer;
  };
}

/** Words of the API gateway that stands before all of the vendor's interfaces. */
function keyFault(problem: KeyProblem): ApiFault {
  switch (problem) {
    case "unknown-key":
      return new ApiFault(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    case "token-missing":
      return new ApiFault(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
    case "token-invalid":
      return new ApiFault(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    case "token-of-another-key":
      return new ApiFault(
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
      );
    case "token-expired":
      return new ApiFault(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
    default:
      return problem satisfies never;
  }
}

function incompleteSignature(missing: string[]): ApiFault {
  const detail = missing.length > 0 ? ` Headers not signed: ${missing.join(";")}.` : "";
  return new ApiFault(
    400,
    "IncompleteSignature",
    `The request signature does not conform to Aliyun standards.${detail}`,
  );
}

function signatureMismatch(stringToSign: string): ApiFault {
  return new ApiFault(
    400,
    "SignatureDoesNotMatch",
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );
}
