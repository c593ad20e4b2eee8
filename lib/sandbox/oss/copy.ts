import { requireRight } from "./access";
import { assertKey, decodeName } from "./address";
import { requireReadable } from "./archive";
import {
  bucketName,
  type Call,
  objectKey,
  quoted,
  type Reply,
  requireBucket,
  requireObject,
  xmlDate,
  xmlReply,
} from "./call";
import { COPY_CONDITIONS, checkConditions } from "./conditions";
import { invalidArgument, notImplementedParameter, ossError } from "./errors";
import { storageClassHeader, storedHeaders } from "./object-headers";
import { checkOverwrite, MAX_PUT_BYTES } from "./objects";
import { objectAclHeader } from "./parameters";
import type { ObjectRecord } from "./store/records";
import { taggingHeader } from "./tags";

export interface CopySource {
  bucket: string;
  key: string;
  object: ObjectRecord;
}

/** The object that `x-oss-copy-source` names, if its conditions hold. Plain conditionals do not count on copies. */
export function copySource(call: Call): CopySource {
  const header = call.request.headers.get("x-oss-copy-source") ?? "";
  const [path = "", query] = header.split("?");
  if (query !== undefined) throw notImplementedParameter(query.split("=")[0] ?? "");
  const [, bucket, key] = /^\/?([^/]+)\/([\s\S]+)$/.exec(decodeName(path)) ?? [];
  if (bucket === undefined || key === undefined) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
      "x-oss-copy-source",
      header,
    );
  }
  assertKey(key);
  requireRight(call, "GetObject", { bucket, key });
  const object = requireObject(call, requireBucket(call, bucket), key);
  checkConditions(object, call.request.headers, COPY_CONDITIONS);
  requireReadable(object, call.now);
  return { bucket, key, object };
}

function taggingDirective({ request }: Call): "Copy" | "Replace" {
  const directive = request.headers.get("x-oss-tagging-directive") ?? "Copy";
  // The Python SDK's suite writes it in capitals.
  if (/^copy$/i.test(directive)) return "Copy";
  if (/^replace$/i.test(directive)) return "Replace";
  throw invalidArgument("Unknown tagging directive.", "x-oss-tagging-directive", directive);
}

/** Bytes are shared, not copied; only the record is new. */
export function copyObject(call: Call): Reply {
  const { request, store, now } = call;
  const key = objectKey(call);
  const target = requireBucket(call);
  checkOverwrite(request, target, key);
  const source = copySource(call);
  if (source.object.size > MAX_PUT_BYTES) throw ossError("EntityTooLarge");
  const directive = request.headers.get("x-oss-metadata-directive") ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw invalidArgument("Unknown metadata directive.", "x-oss-metadata-directive", directive);
  }
  const ontoItself = source.bucket === bucketName(call) && source.key === key;
  const object: ObjectRecord = {
    ...source.object,
    restored: undefined,
    key,
    lastModified: now,
    headers: directive === "REPLACE" || ontoItself ? storedHeaders(request) : source.object.headers,
    storageClass: storageClassHeader(request, target.record.storageClass),
    acl: objectAclHeader(request) ?? "default",
    tags: taggingDirective(call) === "Replace" ? taggingHeader(call) : source.object.tags,
  };
  store.commit({ op: "object", bucket: bucketName(call), object });
  return xmlReply(
    "CopyObjectResult",
    { ETag: quoted(object.etag), LastModified: xmlDate(now) },
    { ETag: quoted(object.etag), "x-oss-hash-crc64ecma": object.crc64 },
  );
}
