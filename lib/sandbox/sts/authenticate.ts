import type { Clock } from "@/lib/clock";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import {
  acs3Signature,
  acs3StringToSign,
  canonicalRequest,
  parseAcs3Authorization,
  sameText,
  sha256Hex,
} from "@/lib/sandbox/eas/signature";
import { identifySigner, type Signer, type TemporaryCredentials } from "./credentials";
import { invalidCommonParameter, missingParameter, StsFault } from "./fault";
import { createNonceMemory } from "./nonces";
import type { StsRequest } from "./request";
import { rpcSignature, rpcStringToSign } from "./rpc-signature";

/**
 * Who calls STS. Two signatures: ACS3-HMAC-SHA256 in headers, as openapi-core sends it also in RPC style, and the RPC
 * signature 1.0 in parameters. For both: key and token, time, signature, and then the nonce, so that a stranger cannot
 * spend another's.
 */

/** `now` is the server's idea of the time, which may be made wrong. */
export type Authenticate = (request: StsRequest, now: number) => Signer;

/** The vendor's figure for every interface behind its API gateway. */
const DATE_WINDOW_MS = 15 * 60_000;

/** Headers without which a valid signature could be moved to another request. */
const ALWAYS_SIGNED = [
  "host",
  "x-acs-action",
  "x-acs-version",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-content-sha256",
];

/** The time of the RPC signature may have fractions of a second: ali-oss sends them. */
const RPC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const ACS3_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export function createAuthenticator(
  account: SandboxAccount,
  credentials: TemporaryCredentials,
  clock: Clock,
): Authenticate {
  const nonces = createNonceMemory(clock, 2 * DATE_WINDOW_MS);

  const signerOf = (accessKeyId: string, securityToken: string | undefined, now: number): Signer => {
    const signer = identifySigner(account, credentials, { accessKeyId, securityToken }, now);
    if (typeof signer === "string") throw KEY_PROBLEMS[signer]();
    return signer;
  };
  const checkTime = (value: string, pattern: RegExp, now: number) => {
    const time = pattern.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) {
      const message = "Specified time stamp or date value is not well formatted.";
      throw new StsFault(400, "InvalidTimeStamp.Format", message);
    }
    if (Math.abs(now - time) > DATE_WINDOW_MS)
      throw new StsFault(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
  };
  const spend = (accessKeyId: string, nonce: string) => {
    if (!nonces.spend(`${accessKeyId}/${nonce}`))
      throw new StsFault(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
  };

  function verifyAcs3({ signed, body }: StsRequest, header: string, now: number): Signer {
    const authorization = parseAcs3Authorization(header);
    const token = signed.headers["x-acs-security-token"];
    const required = token === undefined ? ALWAYS_SIGNED : [...ALWAYS_SIGNED, "x-acs-security-token"];
    if (!authorization || required.some((name) => !authorization.signedHeaders.includes(name))) {
      const message = "The request signature does not conform to Aliyun standards.";
      throw new StsFault(400, "IncompleteSignature", message);
    }
    const signer = signerOf(authorization.accessKeyId, token, now);
    checkTime(signed.headers["x-acs-date"] ?? "", ACS3_TIME, now);
    const payloadHash = sha256Hex(body);
    const canonical = canonicalRequest(signed, authorization.signedHeaders, payloadHash);
    const stringToSign = acs3StringToSign(canonical);
    const right = sameText(acs3Signature(signer.secret, stringToSign), authorization.signature);
    if (!right || signed.headers["x-acs-content-sha256"] !== payloadHash)
      throw mismatch(`${stringToSign}; server canonical request is:${canonical}`);
    spend(authorization.accessKeyId, signed.headers["x-acs-signature-nonce"] ?? "");
    return signer;
  }

  function verifyRpc({ signed, parameters }: StsRequest, now: number): Signer {
    const required = (name: string) => {
      const value = parameters.get(name);
      if (!value) throw missingParameter(name);
      return value;
    };
    const accessKeyId = required("AccessKeyId");
    const signature = required("Signature");
    const timestamp = required("Timestamp");
    const nonce = required("SignatureNonce");
    if ((parameters.get("SignatureMethod") ?? "HMAC-SHA1").toUpperCase() !== "HMAC-SHA1")
      throw new StsFault(400, "InvalidSignatureMethod", "Specified signature method is not valid.");
    if ((parameters.get("SignatureVersion") ?? "1.0") !== "1.0") throw invalidCommonParameter("SignatureVersion");
    const signer = signerOf(accessKeyId, parameters.get("SecurityToken"), now);
    checkTime(timestamp, RPC_TIME, now);
    const stringToSign = rpcStringToSign(signed.method, parameters);
    // A plus sign of the base64 that the sender forgot to encode arrives as a space.
    if (!sameText(rpcSignature(signer.secret, stringToSign), signature.replaceAll(" ", "+")))
      throw mismatch(stringToSign);
    spend(accessKeyId, nonce);
    return signer;
  }

  return (request, now) => {
    const header = request.signed.headers.authorization;
    return header === undefined ? verifyRpc(request, now) : verifyAcs3(request, header, now);
  };
}

const KEY_PROBLEMS: Record<Exclude<ReturnType<typeof identifySigner>, Signer>, () => StsFault> = {
  "unknown-key": () => new StsFault(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."),
  "token-missing": () => missingParameter("SecurityToken"),
  "token-invalid": () => new StsFault(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."),
  "token-of-another-key": () =>
    new StsFault(
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
    ),
  "token-expired": () => new StsFault(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),
};

function mismatch(stringToSign: string): StsFault {
  const message = `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`;
  return new StsFault(400, "SignatureDoesNotMatch", message);
}
