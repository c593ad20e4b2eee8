import { createHmac } from "node:crypto";
import type { OssRequest, QueryParameter } from "./request";

/** Signature V1 (reference: oss-rest.md §4). */

const SUB_RESOURCES = new Set(
  `acl append asyncFetch bucketInfo callback callback-var cloudboxes cname comp continuation-token cors delete encryption
  endTime group img inventory inventoryId lifecycle link live location logging objectInfo objectMeta partNumber policy
  position qos qosInfo referer regionList replication replicationLocation replicationProgress requestPayment
  resourceGroup response-cache-control response-content-disposition response-content-encoding
  response-content-language response-content-type response-expires restore security-token sequential startTime stat
  status style styleName symlink tagging transferAcceleration uploadId uploads versionId versioning versions vod website
  worm wormExtend wormId`.split(/\s+/),
);

function isSubResource(name: string): boolean {
  return SUB_RESOURCES.has(name) || name.startsWith("x-oss-");
}

/** The parts of a request that any signature covers. */
export type SignedRequest = Pick<OssRequest, "method" | "bucket" | "key" | "query" | "headers">;

/** `/bucket/key`, `/bucket/` or `/`, whatever the addressing style. */
export function signedResource({ bucket, key }: SignedRequest): string {
  return bucket === undefined ? "/" : `/${bucket}/${key ?? ""}`;
}

/**
 * The bytes to sign. Header values enter as they came over the wire, the resource as UTF-8; so both of ali-oss's header
 * encodings verify.
 */
export function stringToSignV1(request: SignedRequest, date: string): Buffer {
  const { headers } = request;
  const ossHeaders = [...headers]
    .filter(([name]) => name.startsWith("x-oss-"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const head = [request.method, headers.get("content-md5") ?? "", headers.get("content-type") ?? "", date, ""];
  return Buffer.concat([
    Buffer.from(head.join("\n") + ossHeaders.join(""), "latin1"),
    Buffer.from(signedResource(request) + canonicalSubResources(request.query), "utf8"),
  ]);
}

function canonicalSubResources(query: readonly QueryParameter[]): string {
  const signed = query
    .filter(([name]) => isSubResource(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return signed.length === 0 ? "" : `?${signed.join("&")}`;
}

export function signV1(secret: string, stringToSign: Buffer): string {
  return createHmac("sha1", secret).update(stringToSign).digest("base64");
}
