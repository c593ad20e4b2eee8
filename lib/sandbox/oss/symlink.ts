import { createHash } from "node:crypto";
import { assertKey, decodeName } from "./address";
import { bucketName, type Call, objectKey, quoted, type Reply, requireBucket, requireObject } from "./call";
import { invalidArgument, ossError } from "./errors";
import { metaHeaders, storageClassHeader, storedHeaders } from "./object-headers";
import { checkOverwrite } from "./objects";
import { objectAclHeader } from "./parameters";
import { encodePercent } from "./percent";
import type { ObjectRecord } from "./store/records";
import { taggingHeader } from "./tags";

/** Symbolic links: an object that names another one of its bucket, which need not exist yet. */

export function putSymlink(call: Call): Reply {
  const { request, store, now } = call;
  const key = objectKey(call);
  const bucket = requireBucket(call);
  const header = request.headers.get("x-oss-symlink-target") ?? "";
  const target = decodeName(header);
  if (target === "") throw invalidArgument("The symlink target is missing.", "x-oss-symlink-target", header);
  assertKey(target);
  checkOverwrite(request, bucket, key);
  const object: ObjectRecord = {
    key,
    type: "Symlink",
    target,
    size: 0,
    etag: createHash("md5").update(target).digest("hex").toUpperCase(),
    crc64: "0",
    segments: [],
    lastModified: now,
    headers: storedHeaders(request),
    storageClass: storageClassHeader(request, bucket.record.storageClass),
    acl: objectAclHeader(request) ?? "default",
    tags: taggingHeader(call),
  };
  store.commit({ op: "object", bucket: bucketName(call), object });
  return { status: 200, headers: { ETag: quoted(object.etag) } };
}

export function getSymlink(call: Call): Reply {
  const object = requireObject(call);
  if (object.target === undefined) throw ossError("NotSymlink", { details: { Key: object.key } });
  const headers = { ...metaHeaders(object), "x-oss-symlink-target": encodePercent(object.target) };
  return { status: 200, headers };
}
