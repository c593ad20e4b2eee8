import { createHash, createHmac } from "node:crypto";
import { encodePercent } from "./percent";
import type { QueryParameter } from "./request";
import { type SignedRequest, signedResource } from "./signature-v1";

/** Signature V4, OSS4-HMAC-SHA256 (reference: oss-rest.md §5). */

export const V4_ALGORITHM = "OSS4-HMAC-SHA256";
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

export interface CredentialScope {
  date: string;
  region: string;
}

export function canonicalRequestV4(request: SignedRequest, additionalHeaders: readonly string[]): string {
  return [
    request.method,
    encodePercent(signedResource(request), true),
    canonicalQuery(request.query),
    canonicalHeaders(request.headers, additionalHeaders),
    additionalHeaders.join(";"),
    request.headers.get("x-oss-content-sha256") ?? UNSIGNED_PAYLOAD,
  ].join("\n");
}

function canonicalQuery(query: readonly QueryParameter[]): string {
  return query
    .filter(([name]) => name !== "x-oss-signature")
    .map(([name, value]) => [encodePercent(name), encodePercent(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
}

export function isDefaultSignedHeader(name: string): boolean {
  return name === "content-type" || name === "content-md5" || name.startsWith("x-oss-");
}

/** Clients sign the text, so bytes become UTF-8 before they are hashed. */
function canonicalHeaders(headers: ReadonlyMap<string, string>, additional: readonly string[]): string {
  const lines = [...headers]
    .filter(([name]) => isDefaultSignedHeader(name) || additional.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${Buffer.from(value, "latin1").toString("utf8").trim()}\n`);
  return lines.join("");
}

export function stringToSignV4(timestamp: string, scope: CredentialScope, canonicalRequest: string): string {
  const hash = createHash("sha256").update(canonicalRequest).digest("hex");
  return [V4_ALGORITHM, timestamp, `${scope.date}/${scope.region}/oss/aliyun_v4_request`, hash].join("\n");
}

export function signingKeyV4(secret: string, scope: CredentialScope): Buffer {
  let key: Buffer = Buffer.from(`aliyun_v4${secret}`);
  for (const step of [scope.date, scope.region, "oss", "aliyun_v4_request"]) {
    key = createHmac("sha256", key).update(step).digest();
  }
  return key;
}

export function signV4(secret: string, scope: CredentialScope, stringToSign: string): string {
  return createHmac("sha256", signingKeyV4(secret, scope)).update(stringToSign).digest("hex");
}
