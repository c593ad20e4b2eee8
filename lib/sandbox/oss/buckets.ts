import { isBucketName } from "./address";
import { parseXmlBody, readBody } from "./body";
import { bucketName, type Call, owner, type Reply, requireBucket, xmlDate, xmlReply } from "./call";
import { invalidArgument, ossError } from "./errors";
import { integerParameter } from "./parameters";
import type { Acl, BucketRecord } from "./store/records";
import { tagFilter, tagSet } from "./tags";
import { childText, type XmlObject } from "./xml";

const MAX_BUCKETS = 100;
const ACLS: readonly string[] = ["private", "public-read", "public-read-write"];
const STORAGE_CLASSES: readonly string[] = ["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"];
const REDUNDANCIES: readonly string[] = ["LRS", "ZRS"];

export function listBuckets(call: Call): Reply {
  const { request, store, region } = call;
  const prefix = request.parameter("prefix");
  if (prefix !== undefined && !/^[a-z0-9-]*$/.test(prefix)) {
    throw invalidArgument("The specified bucket prefix is not valid.", "prefix", prefix);
  }
  const marker = request.parameter("marker");
  const maxKeys = integerParameter(request, "max-keys", 100, 1, 1000);
  const hasTags = tagFilter(call);
  const tags = (name: string) => requireBucket(call, name).record.tags ?? [];
  const names = store
    .bucketNames()
    .filter((name) => name.startsWith(prefix ?? "") && (marker === undefined || name > marker))
    .filter((name) => !hasTags || hasTags(tags(name)));
  const page = names.slice(0, maxKeys);
  const truncated = names.length > page.length;
  const paging = truncated || prefix !== undefined || marker !== undefined || request.parameter("max-keys");
  return xmlReply("ListAllMyBucketsResult", {
    Prefix: paging ? (prefix ?? "") : undefined,
    Marker: paging ? (marker ?? "") : undefined,
    MaxKeys: paging ? maxKeys : undefined,
    IsTruncated: paging ? truncated : undefined,
    NextMarker: truncated ? page[page.length - 1] : undefined,
    Owner: owner(call),
    Buckets: {
      Bucket: page.map((name) => {
        const { record } = requireBucket(call, name);
        const tagging = hasTags ? tagSet(tags(name)) : undefined;
        return { ...describe(record, region), Region: region, Tagging: tagging };
      }),
    },
  });
}

export async function putBucket(call: Call): Promise<Reply> {
  const { request, store, now } = call;
  const name = bucketName(call);
  const acl = aclHeader(request.headers.get("x-oss-acl"));
  const body = (await readBody(request)).toString("utf8");
  const document = body.trim() === "" ? undefined : parseXmlBody(body, "CreateBucketConfiguration");
  const storageClass = oneOf(STORAGE_CLASSES, document && childText(document, "StorageClass"));
  const redundancy = oneOf(REDUNDANCIES, document && childText(document, "DataRedundancyType"));
  const existing = store.bucket(name)?.record;
  if (existing) {
    // Asking again for what one has is fine; a bucket cannot change its class this way.
    const differs =
      (storageClass !== undefined && storageClass !== existing.storageClass) ||
      (redundancy !== undefined && redundancy !== existing.redundancy);
    if (differs) throw ossError("BucketAlreadyExists", { details: { BucketName: name } });
    if (acl !== undefined) store.commit({ op: "bucket", bucket: { ...existing, acl } });
  } else {
    createBucket(call, name, {
      name,
      created: now,
      acl: acl ?? "private",
      storageClass: storageClass ?? "Standard",
      redundancy: redundancy ?? "LRS",
    });
  }
  return { status: 200, headers: { Location: `/${name}` } };
}

function createBucket({ store }: Call, name: string, bucket: BucketRecord): void {
  if (!isBucketName(name)) throw ossError("InvalidBucketName", { details: { BucketName: name } });
  if (store.bucketNames().length >= MAX_BUCKETS) throw ossError("TooManyBuckets", { details: { BucketName: name } });
  store.commit({ op: "bucket", bucket });
}

export function deleteBucket(call: Call): Reply {
  const name = bucketName(call);
  const bucket = requireBucket(call);
  if (bucket.objects.size > 0) throw ossError("BucketNotEmpty", { details: { BucketName: name } });
  if (bucket.uploads.size > 0) {
    const message = "The bucket has upload parts. Please delete them first.";
    throw ossError("BucketNotEmpty", { message, details: { BucketName: name } });
  }
  call.store.commit({ op: "bucket-gone", bucket: name });
  return { status: 204 };
}

export function getBucketInfo(call: Call): Reply {
  const { record } = requireBucket(call);
  return xmlReply("BucketInfo", {
    Bucket: {
      ...describe(record, call.region),
      AccessMonitor: "Disabled",
      CrossRegionReplication: "Disabled",
      DataRedundancyType: record.redundancy,
      TransferAcceleration: "Disabled",
      Owner: owner(call),
      AccessControlList: { Grant: record.acl },
      ServerSideEncryptionRule: { SSEAlgorithm: "None" },
    },
  });
}

export function getBucketLocation(call: Call): Reply {
  requireBucket(call);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint>oss-${call.region}</LocationConstraint>\n`;
  return { status: 200, headers: { "Content-Type": "application/xml" }, body };
}

export function getBucketAcl(call: Call): Reply {
  const { record } = requireBucket(call);
  return xmlReply("AccessControlPolicy", { Owner: owner(call), AccessControlList: { Grant: record.acl } });
}

/** Also makes a missing bucket, as ali-oss's own suite expects (reference: oss-rest.md §9). */
export function putBucketAcl(call: Call): Reply {
  const name = bucketName(call);
  const acl = aclHeader(call.request.headers.get("x-oss-acl"));
  if (acl === undefined) throw invalidArgument("no such bucket access control exists", "x-oss-acl", "");
  const existing = call.store.bucket(name)?.record;
  if (existing) call.store.commit({ op: "bucket", bucket: { ...existing, acl } });
  else createBucket(call, name, { name, created: call.now, acl, storageClass: "Standard", redundancy: "LRS" });
  return { status: 200, headers: { Location: `/${name}` } };
}

export function getBucketStat(call: Call): Reply {
  const { objects, uploads } = requireBucket(call);
  let bytes = 0;
  let multipart = 0;
  let lastModified = 0;
  for (const object of objects.values()) {
    bytes += object.size;
    lastModified = Math.max(lastModified, object.lastModified);
  }
  for (const upload of uploads.values()) for (const part of upload.parts.values()) multipart += part.size;
  return xmlReply("BucketStat", {
    Storage: bytes + multipart,
    ObjectCount: objects.size,
    MultipartUploadCount: uploads.size,
    LiveChannelCount: 0,
    LastModifiedTime: Math.floor(lastModified / 1000),
    MultipartPartCount: [...uploads.values()].reduce((count, upload) => count + upload.parts.size, 0),
  });
}

/** There is never one, since making one is refused; the suites of the SDKs ask before they remove a bucket. */
export function listLiveChannels(call: Call): Reply {
  const { request } = call;
  requireBucket(call);
  return xmlReply("ListLiveChannelResult", {
    Prefix: request.parameter("prefix") ?? "",
    Marker: request.parameter("marker") ?? "",
    MaxKeys: integerParameter(request, "max-keys", 100, 1, 1000),
    IsTruncated: false,
    NextMarker: "",
  });
}

function describe(record: BucketRecord, region: string): XmlObject {
  return {
    Name: record.name,
    CreationDate: xmlDate(record.created),
    Location: `oss-${region}`,
    ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
    IntranetEndpoint: `oss-${region}-internal.aliyuncs.com`,
    StorageClass: record.storageClass,
  };
}

function aclHeader(value: string | undefined): Acl | undefined {
  if (value === undefined || ACLS.includes(value)) return value as Acl | undefined;
  throw invalidArgument("no such bucket access control exists", "x-oss-acl", value);
}

function oneOf(allowed: readonly string[], value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  if (trimmed === undefined || allowed.includes(trimmed)) return trimmed;
  throw ossError("MalformedXML");
}
