import { notImplementedHeader, notImplementedParameter, ossError } from "./errors";
import type { OssRequest } from "./request";

/** Which operation a request asks for: a table, read from top to bottom. */

type Level = "service" | "bucket" | "object";

interface OperationRule {
  level: Level;
  method: string;
  /** Parameters that must be present, whatever their value unless one is given. */
  parameters?: readonly string[];
  listType?: string;
  /** Header that must be present. */
  header?: string;
}

const RULES = {
  ListBuckets: { level: "service", method: "GET" },

  GetBucketInfo: { level: "bucket", method: "GET", parameters: ["bucketInfo"] },
  GetBucketLocation: { level: "bucket", method: "GET", parameters: ["location"] },
  GetBucketAcl: { level: "bucket", method: "GET", parameters: ["acl"] },
  PutBucketAcl: { level: "bucket", method: "PUT", parameters: ["acl"] },
  GetBucketStat: { level: "bucket", method: "GET", parameters: ["stat"] },
  GetBucketCors: { level: "bucket", method: "GET", parameters: ["cors"] },
  PutBucketCors: { level: "bucket", method: "PUT", parameters: ["cors"] },
  DeleteBucketCors: { level: "bucket", method: "DELETE", parameters: ["cors"] },
  GetBucketLifecycle: { level: "bucket", method: "GET", parameters: ["lifecycle"] },
  PutBucketLifecycle: { level: "bucket", method: "PUT", parameters: ["lifecycle"] },
  DeleteBucketLifecycle: { level: "bucket", method: "DELETE", parameters: ["lifecycle"] },
  GetBucketReferer: { level: "bucket", method: "GET", parameters: ["referer"] },
  PutBucketReferer: { level: "bucket", method: "PUT", parameters: ["referer"] },
  GetBucketWebsite: { level: "bucket", method: "GET", parameters: ["website"] },
  PutBucketWebsite: { level: "bucket", method: "PUT", parameters: ["website"] },
  DeleteBucketWebsite: { level: "bucket", method: "DELETE", parameters: ["website"] },
  GetBucketTags: { level: "bucket", method: "GET", parameters: ["tagging"] },
  PutBucketTags: { level: "bucket", method: "PUT", parameters: ["tagging"] },
  DeleteBucketTags: { level: "bucket", method: "DELETE", parameters: ["tagging"] },
  ListLiveChannel: { level: "bucket", method: "GET", parameters: ["live"] },
  ListMultipartUploads: { level: "bucket", method: "GET", parameters: ["uploads"] },
  DeleteMultipleObjects: { level: "bucket", method: "POST", parameters: ["delete"] },
  ListObjectsV2: { level: "bucket", method: "GET", parameters: ["list-type"], listType: "2" },
  ListObjects: { level: "bucket", method: "GET" },
  PutBucket: { level: "bucket", method: "PUT" },
  DeleteBucket: { level: "bucket", method: "DELETE" },
  PostObject: { level: "bucket", method: "POST" },

  GetObjectAcl: { level: "object", method: "GET", parameters: ["acl"] },
  PutObjectAcl: { level: "object", method: "PUT", parameters: ["acl"] },
  GetObjectTagging: { level: "object", method: "GET", parameters: ["tagging"] },
  PutObjectTagging: { level: "object", method: "PUT", parameters: ["tagging"] },
  DeleteObjectTagging: { level: "object", method: "DELETE", parameters: ["tagging"] },
  PutSymlink: { level: "object", method: "PUT", parameters: ["symlink"] },
  GetSymlink: { level: "object", method: "GET", parameters: ["symlink"] },
  GetObjectMeta: { level: "object", method: "HEAD", parameters: ["objectMeta"] },
  InitiateMultipartUpload: { level: "object", method: "POST", parameters: ["uploads"] },
  UploadPartCopy: {
    level: "object",
    method: "PUT",
    parameters: ["partNumber", "uploadId"],
    header: "x-oss-copy-source",
  },
  UploadPart: { level: "object", method: "PUT", parameters: ["partNumber", "uploadId"] },
  CompleteMultipartUpload: { level: "object", method: "POST", parameters: ["uploadId"] },
  AbortMultipartUpload: { level: "object", method: "DELETE", parameters: ["uploadId"] },
  ListParts: { level: "object", method: "GET", parameters: ["uploadId"] },
  AppendObject: { level: "object", method: "POST", parameters: ["append", "position"] },
  RestoreObject: { level: "object", method: "POST", parameters: ["restore"] },
  CopyObject: { level: "object", method: "PUT", header: "x-oss-copy-source" },
  PutObject: { level: "object", method: "PUT" },
  GetObject: { level: "object", method: "GET" },
  HeadObject: { level: "object", method: "HEAD" },
  DeleteObject: { level: "object", method: "DELETE" },
} as const satisfies Record<string, OperationRule>;

export type Operation = keyof typeof RULES;

/**
 * Parameters that turn a request into another operation, or change what it does. A request that carries one which its
 * operation does not know must fail, or `GET /?policy` would be answered with a listing.
 */
const DECISIVE_PARAMETERS = new Set(
  `accessPoint acl append asyncFetch bucketInfo bucketArchiveDirectRead callback callback-var cleanRestoredObject comp
  cors delete encryption group httpsConfig img inventory inventoryId lifecycle link list-type live location logging
  metaQuery objectInfo objectMeta partNumber policy policyStatus position publicAccessBlock qos qosInfo referer
  regionList cname replication replicationLocation replicationProgress requestPayment resourceGroup restore
  responseHeader rtc sealAppendObject sequential stat status style styleName symlink tagging transferAcceleration
  uploadId uploads userDefinedLogFieldsConfig versionId versioning versions vod website worm wormExtend
  wormId x-oss-async-process x-oss-process`.split(/\s+/),
);

/** Features of the vendor that the sandbox lacks; ignoring their headers would pretend they worked. */
const UNKNOWN_FEATURES =
  /^x-oss-(server-side-|callback|tagging|symlink-|object-worm|restore|default-storage-class|website-redirect|hash-ctx)/;

/** Their headers where the sandbox has them. */
const KNOWN_FEATURES: Partial<Record<Operation, readonly string[]>> = {
  PutObject: ["x-oss-tagging"],
  AppendObject: ["x-oss-tagging"],
  InitiateMultipartUpload: ["x-oss-tagging"],
  CopyObject: ["x-oss-tagging", "x-oss-tagging-directive"],
  PutSymlink: ["x-oss-tagging", "x-oss-symlink-target"],
};

const RULE_PARAMETERS = new Set(Object.values<OperationRule>(RULES).flatMap(({ parameters = [] }) => parameters));

/** Parameters that an operation knows, but does not need. */
const EXTRA_PARAMETERS: Partial<Record<Operation, readonly string[]>> = {
  ListBuckets: ["tagging"],
  // The Python SDK asks for an object's metadata by GET and reads the head of the answer only.
  GetObject: ["x-oss-process", "objectMeta"],
};

export function detectOperation(request: OssRequest): Operation {
  const operation = findOperation(request);
  if (operation === undefined) {
    const foreign = request.query.find(([name]) => DECISIVE_PARAMETERS.has(name) && !RULE_PARAMETERS.has(name));
    if (foreign) throw notImplementedParameter(foreign[0]);
    throw ossError("MethodNotAllowed", { details: { Method: request.method } });
  }
  const rule: OperationRule = RULES[operation];
  for (const [name] of request.query) {
    if (!DECISIVE_PARAMETERS.has(name) || rule.parameters?.includes(name)) continue;
    if (EXTRA_PARAMETERS[operation]?.includes(name)) continue;
    throw notImplementedParameter(name);
  }
  const known = KNOWN_FEATURES[operation] ?? [];
  refuseUnknownFeatures([...request.headers.keys()].filter((name) => !known.includes(name)));
  return operation;
}

/** Also for the fields of a form, which stand for headers. */
export function refuseUnknownFeatures(names: Iterable<string>): void {
  for (const name of names) {
    if (UNKNOWN_FEATURES.test(name)) throw notImplementedHeader(name);
  }
}

function findOperation(request: OssRequest): Operation | undefined {
  const level = request.bucket === undefined ? "service" : request.key === undefined ? "bucket" : "object";
  for (const [operation, rule] of Object.entries(RULES) as [Operation, OperationRule][]) {
    if (rule.level !== level || rule.method !== request.method) continue;
    if (rule.parameters?.some((name) => request.parameter(name) === undefined)) continue;
    if (rule.listType !== undefined && request.parameter("list-type") !== rule.listType) continue;
    if (rule.header !== undefined && !request.headers.has(rule.header)) continue;
    return operation;
  }
  return undefined;
}
