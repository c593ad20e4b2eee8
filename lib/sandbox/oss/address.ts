import { ossError } from "./errors";
import { decodePercent } from "./percent";

/**
 * Which bucket and key a request means (reference: oss-rest.md §1). On loopback names the bucket is the first label of
 * the host or the first segment of the path; on the vendor's own names only the host can carry it, as in the cloud.
 */

export interface Address {
  bucket?: string;
  key?: string;
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name);
}

/**
 * `+` in a path is itself (reference: oss-rest.md §1). Older official SDKs (Go, Ruby) mean a space by it all the same, which
 * only their signature tells: such a request is read a second time.
 */
export type PlusSign = "itself" | "space";

export function parseAddress(hostHeader: string, rawPath: string, region: string, plus: PlusSign = "itself"): Address {
  const host = hostHeader.replace(/:\d*$/, "").toLowerCase();
  const place = parseHost(host, region);
  const path = rawPath.replace(/^\//, "");
  if (place.bucket !== undefined) return { bucket: place.bucket, key: decodeKey(path, plus) };
  if (path === "") return {};
  if (!place.pathStyle) throw ossError("SecondLevelDomainForbidden");
  const slash = path.indexOf("/");
  const bucket = decodePercent(slash < 0 ? path : path.slice(0, slash)).toString("utf8");
  return { bucket, key: slash < 0 ? undefined : decodeKey(path.slice(slash + 1), plus) };
}

interface HostPlace {
  bucket?: string;
  pathStyle: boolean;
}

function parseHost(host: string, region: string): HostPlace {
  if (host.endsWith(".localhost")) return { bucket: host.slice(0, -".localhost".length), pathStyle: false };
  if (!host.endsWith(".aliyuncs.com")) return { pathStyle: true };
  const labels = host.slice(0, -".aliyuncs.com".length).split(".");
  // Dual stack names the region before `oss`: cn-hangzhou.oss.aliyuncs.com.
  if (labels[labels.length - 1] === "oss") labels.pop();
  const asked = (labels.pop() ?? "").replace(/^oss-/, "").replace(/-internal$/, "");
  if (asked !== region && !/^accelerate(-overseas)?$/.test(asked)) {
    throw ossError("AccessDenied", {
      message:
        "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
      details: { Endpoint: `oss-${region}.aliyuncs.com` },
    });
  }
  const bucket = labels.join(".");
  // ali-oss with an IP endpoint and no bucket sends the literal word (reference: oss-rest.md §1).
  if (bucket === "" || bucket === "undefined") return { pathStyle: false };
  return { bucket, pathStyle: false };
}

/** Names in headers are encoded by the SDKs as in a query: a bare plus sign is a space. */
export function decodeName(raw: string): string {
  return decodePercent(raw.replaceAll("+", " ")).toString("utf8");
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes exactly once; undefined for an empty key, which addresses the bucket. */
function decodeKey(raw: string, plus: PlusSign): string | undefined {
  if (raw === "") return undefined;
  const bytes = decodePercent(plus === "space" ? raw.replaceAll("+", " ") : raw);
  let key: string;
  try {
    key = UTF8.decode(bytes);
  } catch {
    throw ossError("InvalidObjectName");
  }
  assertKey(key);
  return key;
}

export function assertKey(key: string): void {
  const length = Buffer.byteLength(key, "utf8");
  if (length === 0) throw ossError("InvalidObjectName", { message: "The Object name can not be empty." });
  if (length > 1023) {
    throw ossError("InvalidObjectName", { message: "The Length of Object name must be less than 1024." });
  }
  if (key.startsWith("/") || key.startsWith("\\"))
    throw ossError("InvalidObjectName", { details: { ObjectName: key } });
}
