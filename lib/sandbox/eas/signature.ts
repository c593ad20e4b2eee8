import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/*
 * Two signatures reach the EAS API (reference: eas-openapi.md §3).
 *
 * ACS3-HMAC-SHA256, what today's clients use: a canonical request of method, path, query, headers and payload hash. The
 * query on the wire is encoded more loosely than the canonical one (`* ~ ! ( )` stay bare) and in the caller's order, so it
 * is decoded and encoded again.
 *
 * ROA HMAC-SHA1, the legacy one: method, four standard headers, the x-acs-* headers, then path and query, unencoded.
 */

export interface SignedRequest {
  method: string;
  /** Path and query exactly as on the request line. */
  target: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
}

export interface Acs3Authorization {
  accessKeyId: string;
  signedHeaders: string[];
  signature: string;
}

/** Undefined when the header does not have the vendor's shape. */
export function parseAcs3Authorization(value: string): Acs3Authorization | undefined {
  const match = /^ACS3-HMAC-SHA256\s+Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-fA-F]{64})$/.exec(
    value.trim(),
  );
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return {
    accessKeyId: match[1],
    signedHeaders: match[2].toLowerCase().split(";"),
    signature: match[3].toLowerCase(),
  };
}

/** RFC 3986: encodeURIComponent leaves `! ' ( ) *` bare, the canonical form does not. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function sortedPairs(query: string): [string, string][] {
  // Plain code-unit order: upper case comes before lower case.
  return [...new URLSearchParams(query)].sort(([a, x], [b, y]) => order(a, b) || order(x, y));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** How a pair without a value is signed: most clients keep its equals sign, the vendor's Python ones leave it out. */
export interface Form {
  bareKeys?: boolean;
}

function writePair(key: string, value: string, { bareKeys = false }: Form): string {
  return bareKeys && value === "" ? key : `${key}=${value}`;
}

export function canonicalQuery(query: string, form: Form = {}): string {
  return sortedPairs(query)
    .map(([key, value]) => writePair(encodeStrictly(key), encodeStrictly(value), form))
    .join("&");
}

export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: string[],
  payloadHash: string,
  form: Form = {},
): string {
  const { path, query } = splitTarget(request.target);
  const names = [...signedHeaders].sort();
  return [
    request.method,
    path.replace(/\+/g, "%20").replace(/\*/g, "%2A").replace(/%7E/g, "~"),
    canonicalQuery(query, form),
    names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join(""),
    names.join(";"),
    payloadHash,
  ].join("\n");
}

export function acs3StringToSign(canonical: string): string {
  return `ACS3-HMAC-SHA256\n${sha256Hex(canonical)}`;
}

export function acs3Signature(secret: string, stringToSign: string): string {
  return createHmac("sha256", secret).update(stringToSign).digest("hex");
}

export interface RoaAuthorization {
  accessKeyId: string;
  signature: string;
}

export function parseRoaAuthorization(value: string): RoaAuthorization | undefined {
  const match = /^acs ([^:]+):([A-Za-z0-9+/]+=*)$/.exec(value.trim());
  return match?.[1] && match[2] ? { accessKeyId: match[1], signature: match[2] } : undefined;
}

export function roaStringToSign(request: SignedRequest, form: Form = {}): string {
  const { path, query } = splitTarget(request.target);
  const header = (name: string) => request.headers[name] ?? "";
  const acsHeaders = Object.keys(request.headers)
    .filter((name) => name.startsWith("x-acs-"))
    .sort()
    .map((name) => `${name}:${header(name).trim()}\n`)
    .join("");
  const pairs = sortedPairs(query).map(([key, value]) => writePair(key, value, form));
  const head = [request.method, header("accept"), header("content-md5"), header("content-type"), header("date")];
  return `${head.join("\n")}\n${acsHeaders}${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

export function roaSignature(secret: string, stringToSign: string): string {
  return createHmac("sha1", secret).update(stringToSign).digest("base64");
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Compares without telling by its duration how much was right. */
export function sameText(a: string, b: string): boolean {
  const left = createHash("sha256").update(a).digest();
  const right = createHash("sha256").update(b).digest();
  return timingSafeEqual(left, right);
}
