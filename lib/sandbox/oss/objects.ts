import { requireReadable } from "./archive";
import { checkContentMd5 } from "./body";
import {
  bucketName,
  type Call,
  objectKey,
  owner,
  quoted,
  type Reply,
  requireBucket,
  requireObject,
  xmlReply,
} from "./call";
import { checkConditions, PLAIN_CONDITIONS } from "./conditions";
import { invalidArgument, notImplementedHeader, ossError } from "./errors";
import { followLink } from "./follow-link";
import { processImage } from "./image";
import { fullHeaders, metaHeaders, overriddenHeaders, storageClassHeader, storedHeaders } from "./object-headers";
import { pace, trafficLimit } from "./pace";
import { flagHeader, objectAclHeader } from "./parameters";
import { parseRange } from "./range";
import type { OssRequest } from "./request";
import { discard, type Received, receive, TooLarge } from "./store/receive";
import type { BucketState } from "./store/state";
import { taggingHeader } from "./tags";

export const MAX_PUT_BYTES = 5 * 1024 ** 3;

export async function putObject(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const key = objectKey(call);
  const bucket = requireBucket(call);
  for (const name of Object.values(PLAIN_CONDITIONS)) {
    if (request.headers.has(name.toLowerCase())) throw notImplementedHeader(name);
  }
  trafficLimit(request);
  const headers = storedHeaders(request);
  const storageClass = storageClassHeader(request, bucket.record.storageClass);
  const acl = objectAclHeader(request) ?? "default";
  const tags = taggingHeader(call);
  checkOverwrite(request, bucket, key);
  const { contentMd5, ...content } = await receiveBody(call);
  await keepOrDiscard(call, content, () => {
    checkOverwrite(request, requireBucket(call), key);
    const object = { ...content, key, type: "Normal", lastModified: now, headers, storageClass, acl, tags } as const;
    store.commit({ op: "object", bucket: bucketName(call), object });
  });
  return {
    status: 200,
    headers: { ETag: quoted(content.etag), "x-oss-hash-crc64ecma": content.crc64, "Content-MD5": contentMd5 },
  };
}

/** Streams the request's body to disk and checks it against the length and digest that were announced. */
export async function receiveBody(call: Call): Promise<Received> {
  const { headers, incoming } = call.request;
  const announced = headers.get("content-length");
  const chunked = headers.has("transfer-encoding");
  if (announced === undefined && !chunked) throw ossError("MissingContentLength");
  if (Number(announced ?? 0) > MAX_PUT_BYTES) throw ossError("EntityTooLarge");
  const digest = headers.get("content-md5");
  if (digest !== undefined && Buffer.from(digest, "base64").length !== 16) {
    throw ossError("InvalidDigest", { details: { "Content-MD5": digest } });
  }
  const received = await receive(
    pace(incoming, trafficLimit(call.request), false),
    call.store.blobs,
    MAX_PUT_BYTES,
  ).catch((error) => {
    throw error instanceof TooLarge ? ossError("EntityTooLarge") : error;
  });
  await keepOrDiscard(call, received, () => checkContentMd5(digest, received.contentMd5));
  return received;
}

/** Runs a last check or the commit; when it throws, the bytes are removed. */
export async function keepOrDiscard(
  { store }: Call,
  content: Pick<Received, "segments">,
  commit: () => void,
): Promise<void> {
  try {
    commit();
  } catch (error) {
    await discard(store.blobs, content);
    throw error;
  }
}

export function checkOverwrite(request: OssRequest, bucket: BucketState, key: string): void {
  if (!flagHeader(request, "x-oss-forbid-overwrite")) return;
  if (bucket.objects.get(key)) throw ossError("FileAlreadyExists", { details: { ObjectName: key } });
}

export async function getObject(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const object = followLink(call, requireObject(call));
  checkConditions(object, request.headers, PLAIN_CONDITIONS);
  const limit = trafficLimit(request);
  requireReadable(object, now);
  const headers = { ...fullHeaders(object, now), ...overriddenHeaders(request) };
  const process = request.parameter("x-oss-process");
  if (process) return processImage(store, object, process, headers);
  const standard = request.headers.get("x-oss-range-behavior")?.toLowerCase() === "standard";
  const range = parseRange(request.headers.get("range"), object.size, standard);
  const { start, end } = range ?? { start: 0, end: object.size };
  headers["Content-Length"] = String(end - start);
  if (range) headers["Content-Range"] = `bytes ${start}-${end - 1}/${object.size}`;
  const status = range ? 206 : 200;
  if (start === end) return { status, headers };
  const short = limit === undefined ? store.blobs.readShort(object, start, end) : undefined;
  return { status, headers, body: short ?? pace(store.blobs.read(object, start, end), limit, true) };
}

export function headObject(call: Call): Reply {
  const object = followLink(call, requireObject(call));
  checkConditions(object, call.request.headers, PLAIN_CONDITIONS);
  return { status: 200, headers: { ...fullHeaders(object, call.now), "Content-Length": String(object.size) } };
}

export function getObjectMeta(call: Call): Reply {
  const object = followLink(call, requireObject(call));
  return { status: 200, headers: { ...metaHeaders(object), "Content-Length": String(object.size) } };
}

export function deleteObject(call: Call): Reply {
  const key = objectKey(call);
  const bucket = requireBucket(call);
  if (bucket.objects.get(key)) call.store.commit({ op: "objects-gone", bucket: bucketName(call), keys: [key] });
  return { status: 204 };
}

export function getObjectAcl(call: Call): Reply {
  const { acl } = requireObject(call);
  return xmlReply("AccessControlPolicy", { Owner: owner(call), AccessControlList: { Grant: acl } });
}

export function putObjectAcl(call: Call): Reply {
  const object = requireObject(call);
  const acl = objectAclHeader(call.request);
  if (acl === undefined) throw invalidArgument("no such object access control exists", "x-oss-object-acl", "");
  call.store.commit({ op: "object", bucket: bucketName(call), object: { ...object, acl } });
  return { status: 200 };
}
