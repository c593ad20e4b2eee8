import { restoreHeader } from "./archive";
import { bucketName, type Call, owner, quoted, type Reply, requireBucket, xmlDate, xmlReply } from "./call";
import { invalidArgument } from "./errors";
import { integerParameter, type KeyEncoding, keyEncoding } from "./parameters";
import { compareUtf8, type SortedMap } from "./store/sorted-map";
import type { XmlObject } from "./xml";

export interface ListQuery {
  prefix: string;
  delimiter: string;
  /** Only what sorts after it is listed, common prefixes included. */
  after: string;
  limit: number;
}

export interface Page {
  keys: string[];
  prefixes: string[];
  /** The last entry of a page that others follow. */
  next?: string;
}

export function listPage<T>(objects: SortedMap<T>, { prefix, delimiter, after, limit }: ListQuery): Page {
  const keys = objects.keys();
  const page: Page = { keys: [], prefixes: [] };
  let index = objects.firstIndex((key) => compareUtf8(key, prefix) >= 0 && compareUtf8(key, after) > 0);
  let last: string | undefined;
  for (;;) {
    const key = keys[index];
    if (!key?.startsWith(prefix)) return page;
    const group = commonPrefix(key, prefix, delimiter);
    const entry = group ?? key;
    // A marker inside a group leaves its keys behind; the group itself sorts before the marker.
    const listed = group === undefined || compareUtf8(group, after) > 0;
    if (listed) {
      if (page.keys.length + page.prefixes.length === limit) return { ...page, next: last };
      (group === undefined ? page.keys : page.prefixes).push(entry);
      last = entry;
    }
    index =
      group === undefined
        ? index + 1
        : objects.firstIndex((other) => !other.startsWith(group) && compareUtf8(other, group) > 0);
  }
}

export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const position = key.indexOf(delimiter, prefix.length);
  return position < 0 ? undefined : key.slice(0, position + delimiter.length);
}

export function listObjects(call: Call): Reply {
  const { request } = call;
  const bucket = requireBucket(call);
  const marker = request.parameter("marker") ?? "";
  const { encoding, query } = listParameters(call);
  const page = listPage(bucket.objects, { ...query, after: marker });
  const { encode } = encoding;
  return xmlReply("ListBucketResult", {
    Name: bucketName(call),
    Prefix: encode(query.prefix),
    Marker: encode(marker),
    MaxKeys: query.limit,
    Delimiter: encode(query.delimiter),
    EncodingType: encoding.type,
    IsTruncated: page.next !== undefined,
    NextMarker: page.next === undefined ? undefined : encode(page.next),
    Contents: contents(call, page, encoding, owner(call)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}

export function listObjectsV2(call: Call): Reply {
  const { request } = call;
  const bucket = requireBucket(call);
  const startAfter = request.parameter("start-after");
  const token = request.parameter("continuation-token") || undefined;
  const { encoding, query } = listParameters(call);
  const after = token === undefined ? (startAfter ?? "") : fromToken(token);
  const page = listPage(bucket.objects, { ...query, after });
  const { encode } = encoding;
  const withOwner = request.parameter("fetch-owner") === "true";
  return xmlReply("ListBucketResult", {
    Name: bucketName(call),
    Prefix: encode(query.prefix),
    StartAfter: startAfter ? encode(startAfter) : undefined,
    ContinuationToken: token,
    MaxKeys: query.limit,
    Delimiter: encode(query.delimiter),
    EncodingType: encoding.type,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
    Contents: contents(call, page, encoding, withOwner ? owner(call) : undefined),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    KeyCount: page.keys.length + page.prefixes.length,
  });
}

function listParameters({ request }: Call) {
  const delimiter = request.parameter("delimiter") ?? "";
  return {
    encoding: keyEncoding(request),
    query: {
      prefix: request.parameter("prefix") ?? "",
      delimiter,
      limit: integerParameter(request, "max-keys", 100, 1, 1000),
    },
  };
}

function contents(call: Call, page: Page, encoding: KeyEncoding, objectOwner: XmlObject | undefined): XmlObject[] {
  const { objects } = requireBucket(call);
  return page.keys.flatMap((key) => {
    const object = objects.get(key);
    if (!object) return [];
    const { restored } = object;
    return {
      Key: encoding.encode(key),
      LastModified: xmlDate(object.lastModified),
      ETag: quoted(object.etag),
      Type: object.type,
      Size: object.size,
      StorageClass: object.storageClass,
      RestoreInfo: restored && call.now < restored.until ? restoreHeader(restored, call.now) : undefined,
      Owner: objectOwner,
    };
  });
}

/** Tokens are opaque to clients; any text of the alphabet that URLs carry unharmed will do. */
function toToken(key: string): string {
  return Buffer.from(key, "utf8").toString("base64url");
}

function fromToken(token: string): string {
  const key = Buffer.from(token, "base64url").toString("utf8");
  if (toToken(key) !== token) {
    throw invalidArgument("The continuation token provided is incorrect.", "continuation-token", token);
  }
  return key;
}
