import { createHash, randomBytes } from "node:crypto";
import { parseXmlBody, readBody } from "./body";
import { bucketName, type Call, objectKey, quoted, type Reply, requireBucket, xmlDate, xmlReply } from "./call";
import { copySource } from "./copy";
import { invalidArgument, ossError } from "./errors";
import { storageClassHeader, storedHeaders } from "./object-headers";
import { checkOverwrite, keepOrDiscard, MAX_PUT_BYTES, receiveBody } from "./objects";
import { trafficLimit } from "./pace";
import { flagHeader, integerParameter, keyEncoding, objectAclHeader } from "./parameters";
import { parseRange } from "./range";
import { slice } from "./store/blobs";
import { combineCrc64 } from "./store/crc64";
import { digest } from "./store/receive";
import type { ObjectRecord, PartRecord } from "./store/records";
import type { UploadState } from "./store/state";
import { taggingHeader } from "./tags";
import { childrenOf, childText } from "./xml";

/** Multipart uploads (reference: oss-rest.md §9). Parts stay the files they are; completing only writes a list of them. */

const MIN_PART_BYTES = 100 * 1024;
const MAX_PART_NUMBER = 10_000;

export function initiateMultipartUpload(call: Call): Reply {
  const { request, store, now } = call;
  const key = objectKey(call);
  const bucket = requireBucket(call);
  const encoding = keyEncoding(request);
  checkOverwrite(request, bucket, key);
  const id = randomBytes(16).toString("hex").toUpperCase();
  const upload = {
    id,
    key,
    initiated: now,
    headers: storedHeaders(request),
    storageClass: storageClassHeader(request, bucket.record.storageClass),
    // The ACL comes with Complete; here the vendor ignores the header, as the Go SDK's suite checks.
    acl: "default" as const,
    tags: taggingHeader(call),
  };
  store.commit({ op: "upload", bucket: bucketName(call), upload });
  return xmlReply("InitiateMultipartUploadResult", {
    EncodingType: encoding.type,
    Bucket: bucketName(call),
    Key: encoding.encode(key),
    UploadId: id,
  });
}

function requireUpload(call: Call): UploadState {
  const id = call.request.parameter("uploadId") ?? "";
  const upload = requireBucket(call).uploads.get(id);
  if (!upload || upload.record.key !== objectKey(call)) throw ossError("NoSuchUpload", { details: { UploadId: id } });
  return upload;
}

function partNumber({ request }: Call): number {
  const text = request.parameter("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PART_NUMBER) return number;
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive.", "partNumber", text);
}

export async function uploadPart(call: Call): Promise<Reply> {
  const number = partNumber(call);
  requireUpload(call);
  trafficLimit(call.request);
  const { contentMd5, ...content } = await receiveBody(call);
  await keepOrDiscard(call, content, () => commitPart(call, { ...content, number, lastModified: call.now }));
  return {
    status: 200,
    headers: { ETag: quoted(content.etag), "x-oss-hash-crc64ecma": content.crc64, "Content-MD5": contentMd5 },
  };
}

/** The upload may have ended while the bytes came in. */
function commitPart(call: Call, part: PartRecord): void {
  const { record } = requireUpload(call);
  call.store.commit({ op: "part", bucket: bucketName(call), uploadId: record.id, part });
}

export async function uploadPartCopy(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const number = partNumber(call);
  requireUpload(call);
  const { object } = copySource(call);
  const header = request.headers.get("x-oss-copy-source-range");
  const range = parseRange(header, object.size, true);
  if (header !== undefined && !range) {
    throw invalidArgument("The x-oss-copy-source-range value is invalid.", "x-oss-copy-source-range", header);
  }
  const { start, end } = range ?? { start: 0, end: object.size };
  if (end - start > MAX_PUT_BYTES) throw ossError("EntityTooLarge");
  // Held while it is read: the source may be overwritten meanwhile.
  const held = { segments: slice(object.segments, start, end) };
  store.blobs.retain(held);
  try {
    const { contentMd5: _, ...digests } = await digest(store.blobs.read(object, start, end));
    commitPart(call, { ...digests, ...held, number, lastModified: now });
    const headers: Record<string, string> = { ETag: quoted(digests.etag), "x-oss-hash-crc64ecma": digests.crc64 };
    if (range) headers["Content-Range"] = `bytes ${start}-${end - 1}/${object.size}`;
    return xmlReply("CopyPartResult", { LastModified: xmlDate(now), ETag: quoted(digests.etag) }, headers);
  } finally {
    store.blobs.release(held);
  }
}

export async function completeMultipartUpload(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const key = objectKey(call);
  requireUpload(call);
  const encoding = keyEncoding(request);
  const body = (await readBody(request)).toString("utf8");
  const { record, parts: uploaded } = requireUpload(call);
  const parts = completesAll(request.headers.get("x-oss-complete-all"))
    ? allParts(uploaded, body)
    : chosenParts(uploaded, body);
  checkSizes(parts);
  if (flagHeader(request, "x-oss-forbid-overwrite")) checkOverwrite(request, requireBucket(call), key);
  const object: ObjectRecord = {
    key,
    type: "Multipart",
    size: parts.reduce((size, part) => size + part.size, 0),
    etag: multipartEtag(parts),
    crc64: combineCrc64(parts),
    segments: parts.flatMap((part) => part.segments),
    lastModified: now,
    headers: record.headers,
    storageClass: record.storageClass,
    acl: objectAclHeader(request) ?? record.acl,
    tags: record.tags,
  };
  store.commit({ op: "complete", bucket: bucketName(call), uploadId: record.id, object });
  return xmlReply(
    "CompleteMultipartUploadResult",
    {
      EncodingType: encoding.type,
      Location: location(call),
      Bucket: bucketName(call),
      Key: encoding.encode(key),
      ETag: quoted(object.etag),
    },
    { ETag: quoted(object.etag), "x-oss-hash-crc64ecma": object.crc64 },
  );
}

function completesAll(header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.toLowerCase() === "yes") return true;
  throw invalidArgument("The value of x-oss-complete-all is invalid.", "x-oss-complete-all", header);
}

function allParts(uploaded: ReadonlyMap<number, PartRecord>, body: string): PartRecord[] {
  if (body !== "") {
    throw ossError("InvalidArgument", { message: "The body must be empty when x-oss-complete-all is yes." });
  }
  const parts = [...uploaded.values()].sort((a, b) => a.number - b.number);
  if (parts.length === 0) throw ossError("InvalidPart");
  return parts;
}

function chosenParts(uploaded: ReadonlyMap<number, PartRecord>, body: string): PartRecord[] {
  const elements = childrenOf(parseXmlBody(body, "CompleteMultipartUpload"), "Part");
  // An empty list makes an empty object: so the official Ruby SDK uploads an empty file.
  if (elements.length > MAX_PART_NUMBER) throw ossError("MalformedXML");
  let previous = 0;
  const chosen = elements.map((element) => {
    const number = Number(childText(element, "PartNumber")?.trim());
    const etag = childText(element, "ETag")
      ?.trim()
      .replace(/^"(.*)"$/, "$1");
    if (!Number.isInteger(number) || number < 1 || etag === undefined) throw ossError("MalformedXML");
    if (number <= previous) throw ossError("InvalidPartOrder");
    previous = number;
    return { number, etag };
  });
  return chosen.map(({ number, etag }) => {
    const part = uploaded.get(number);
    if (part && part.etag === etag.toUpperCase()) return part;
    throw ossError("InvalidPart", { details: { PartNumber: number, ETag: etag } });
  });
}

function checkSizes(parts: readonly PartRecord[]): void {
  for (const part of parts.slice(0, -1)) {
    if (part.size >= MIN_PART_BYTES) continue;
    throw ossError("EntityTooSmall", {
      details: {
        ETag: part.etag,
        MinSizeAllowed: MIN_PART_BYTES,
        ProposedSize: part.size,
        PartNumber: part.number,
      },
    });
  }
}

function multipartEtag(parts: readonly PartRecord[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(Buffer.from(part.etag, "hex"));
  return `${hash.digest("hex").toUpperCase()}-${parts.length}`;
}

function location(call: Call): string {
  const { host, incoming } = call.request;
  const path = (incoming.url ?? "/").split("?")[0];
  return `http://${host}${path}`;
}

export function abortMultipartUpload(call: Call): Reply {
  const { record } = requireUpload(call);
  call.store.commit({ op: "upload-gone", bucket: bucketName(call), uploadId: record.id });
  return { status: 204 };
}

export function listParts(call: Call): Reply {
  const { request } = call;
  const { record, parts } = requireUpload(call);
  const encoding = keyEncoding(request);
  const limit = integerParameter(request, "max-parts", 1000, 1, 1000);
  const marker = integerParameter(request, "part-number-marker", 0, 0, MAX_PART_NUMBER);
  const rest = [...parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number);
  const page = rest.slice(0, limit);
  const truncated = rest.length > page.length;
  return xmlReply("ListPartsResult", {
    EncodingType: encoding.type,
    Bucket: bucketName(call),
    Key: encoding.encode(record.key),
    UploadId: record.id,
    StorageClass: record.storageClass,
    PartNumberMarker: marker,
    NextPartNumberMarker: page[page.length - 1]?.number ?? marker,
    MaxParts: limit,
    IsTruncated: truncated,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: xmlDate(part.lastModified),
      ETag: quoted(part.etag),
      HashCrc64ecma: part.crc64,
      Size: part.size,
    })),
  });
}
