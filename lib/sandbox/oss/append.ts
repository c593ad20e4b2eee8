import { createHash } from "node:crypto";
import { bucketName, type Call, objectKey, quoted, type Reply, requireBucket } from "./call";
import { invalidArgument, type OssError, ossError } from "./errors";
import { storageClassHeader, storedHeaders } from "./object-headers";
import { keepOrDiscard, MAX_PUT_BYTES, receiveBody } from "./objects";
import { trafficLimit } from "./pace";
import { objectAclHeader } from "./parameters";
import { combineCrc64 } from "./store/crc64";
import type { ObjectRecord } from "./store/records";
import { taggingHeader } from "./tags";

/**
 * AppendObject. The first append makes the object with its headers; later ones add bytes at its end and may change the
 * ACL, nothing else (what the official Go SDK's suite expects of the vendor).
 */
export async function appendObject(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const key = objectKey(call);
  const position = positionParameter(call);
  const bucket = requireBucket(call);
  trafficLimit(request);
  const headers = storedHeaders(request);
  const storageClass = storageClassHeader(request, bucket.record.storageClass);
  const acl = objectAclHeader(request);
  const tags = position === 0 ? taggingHeader(call) : undefined;
  appendable(call, key, position);
  const { contentMd5, ...content } = await receiveBody(call);
  let appended: ObjectRecord | undefined;
  await keepOrDiscard(call, content, () => {
    // Another append may have been faster.
    const old = appendable(call, key, position);
    if (position + content.size > MAX_PUT_BYTES) throw ossError("EntityTooLarge");
    appended = {
      headers,
      storageClass,
      tags,
      ...old,
      key,
      type: "Appendable",
      size: position + content.size,
      etag: createHash("md5")
        .update(`${old?.etag ?? ""}${content.etag}`)
        .digest("hex")
        .toUpperCase(),
      crc64: old ? combineCrc64([old, content]) : content.crc64,
      segments: [...(old?.segments ?? []), ...content.segments],
      lastModified: now,
      acl: acl ?? old?.acl ?? "default",
    };
    store.commit({ op: "object", bucket: bucketName(call), object: appended });
  });
  if (!appended) throw ossError("InternalError");
  return {
    status: 200,
    headers: {
      ETag: quoted(appended.etag),
      "x-oss-hash-crc64ecma": appended.crc64,
      "x-oss-next-append-position": String(appended.size),
      "Content-MD5": contentMd5,
    },
  };
}

function positionParameter({ request }: Call): number {
  const text = request.parameter("position") ?? "";
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidArgument("The append position must be a non-negative integer.", "position", text);
}

/** The object so far, undefined before the first append. */
function appendable(call: Call, key: string, position: number): ObjectRecord | undefined {
  const object = requireBucket(call).objects.get(key);
  if (object && object.type !== "Appendable") throw refusal("ObjectNotAppendable", object.size);
  if (position !== (object?.size ?? 0)) throw refusal("PositionNotEqualToLength", object?.size ?? 0);
  return object;
}

function refusal(code: "ObjectNotAppendable" | "PositionNotEqualToLength", length: number): OssError {
  return ossError(code, { headers: { "x-oss-next-append-position": String(length) } });
}
