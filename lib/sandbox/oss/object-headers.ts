import { restoreHeader } from "./archive";
import { httpDate, quoted } from "./call";
import { invalidArgument } from "./errors";
import type { OssRequest } from "./request";
import type { ObjectRecord } from "./store/records";

/** What is stored with an object and returned with it (reference: oss-rest.md §9). */
const CONTENT_HEADERS: Record<string, string> = {
  "content-type": "Content-Type",
  "cache-control": "Cache-Control",
  "content-disposition": "Content-Disposition",
  "content-encoding": "Content-Encoding",
  "content-language": "Content-Language",
  expires: "Expires",
};

const META_PREFIX = "x-oss-meta-";
const MAX_META_BYTES = 8 * 1024;

export function storedHeaders({ headers }: OssRequest): Record<string, string> {
  const stored: Record<string, string> = {};
  let metaBytes = 0;
  for (const [name, value] of headers) {
    if (name.startsWith(META_PREFIX)) {
      if (!/^[a-z0-9-]+$/.test(name.slice(META_PREFIX.length))) {
        throw invalidArgument("The name of a user metadata header is invalid.", name, value);
      }
      metaBytes += name.length + value.length;
    } else if (!(name in CONTENT_HEADERS) || value === "") {
      continue;
    }
    // The lenient parser and forms let control characters in; stored, they would break every later answer.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw invalidArgument("The value is invalid.", name, value);
    stored[name] = value;
  }
  if (metaBytes > MAX_META_BYTES) {
    throw invalidArgument("Your metadata headers exceed the maximum allowed metadata size.", META_PREFIX, "");
  }
  return stored;
}

const STORAGE_CLASSES: readonly string[] = ["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"];

export function storageClassHeader({ headers }: OssRequest, fallback: string): string {
  const value = headers.get("x-oss-storage-class");
  if (value === undefined) return fallback;
  if (STORAGE_CLASSES.includes(value)) return value;
  throw invalidArgument("The storage class is invalid.", "x-oss-storage-class", value);
}

/** MD5 of the whole content; only single puts have one, as their ETag. */
export function contentMd5(object: ObjectRecord): string | undefined {
  return object.type === "Normal" ? Buffer.from(object.etag, "hex").toString("base64") : undefined;
}

export function metaHeaders(object: Pick<ObjectRecord, "etag" | "lastModified">): Record<string, string> {
  return { ETag: quoted(object.etag), "Last-Modified": httpDate(object.lastModified) };
}

export function fullHeaders(object: ObjectRecord, now: number): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": "application/octet-stream",
    "Accept-Ranges": "bytes",
    ...metaHeaders(object),
    "x-oss-object-type": object.type,
    "x-oss-storage-class": object.storageClass,
    "x-oss-hash-crc64ecma": object.crc64,
  };
  if (object.tags?.length) headers["x-oss-tagging-count"] = String(object.tags.length);
  if (object.type === "Appendable") headers["x-oss-next-append-position"] = String(object.size);
  if (object.restored && now < object.restored.until) {
    headers["x-oss-restore"] = restoreHeader(object.restored, now);
  }
  const md5 = contentMd5(object);
  if (md5 !== undefined) headers["Content-MD5"] = md5;
  for (const [name, value] of Object.entries(object.headers)) headers[CONTENT_HEADERS[name] ?? name] = value;
  return headers;
}

/** `response-*` parameters of a GET replace what was stored. */
export function overriddenHeaders(request: OssRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [lowerCase, name] of Object.entries(CONTENT_HEADERS)) {
    const parameter = `response-${lowerCase}`;
    const value = request.parameter(parameter);
    if (value === undefined || value === "") continue;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would split the header.
    if (/[\u0000-\u001f\u007f]/.test(value)) throw invalidArgument("The value is invalid.", parameter, value);
    headers[name] = Buffer.from(value, "utf8").toString("latin1");
  }
  return headers;
}

export function hasOverrides(request: OssRequest): boolean {
  return request.query.some(
    ([name]) => name.startsWith("response-") && name.slice("response-".length) in CONTENT_HEADERS,
  );
}
