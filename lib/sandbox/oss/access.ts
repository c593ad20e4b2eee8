import type { Caller } from "./authenticate";
import { type Call, requireBucket } from "./call";
import { ossError } from "./errors";
import { hasOverrides } from "./object-headers";
import type { Operation } from "./operation";

/** What a request without a signature may do (reference: oss-rest.md §7): the object's ACL decides, else the bucket's. */

type Right = "owner" | "read" | "write";

const RIGHTS: Record<Operation, Right> = {
  ListBuckets: "owner",
  GetBucketInfo: "owner",
  GetBucketLocation: "owner",
  GetBucketAcl: "owner",
  PutBucketAcl: "owner",
  GetBucketStat: "owner",
  GetBucketCors: "owner",
  PutBucketCors: "owner",
  DeleteBucketCors: "owner",
  GetBucketLifecycle: "owner",
  PutBucketLifecycle: "owner",
  DeleteBucketLifecycle: "owner",
  PutBucket: "owner",
  DeleteBucket: "owner",
  ListObjects: "read",
  ListObjectsV2: "read",
  ListMultipartUploads: "read",
  DeleteMultipleObjects: "write",
  // The form carries its own signature, which the operation checks.
  PostObject: "write",
  GetObjectAcl: "owner",
  PutObjectAcl: "owner",
  GetObjectMeta: "read",
  InitiateMultipartUpload: "write",
  UploadPartCopy: "owner",
  UploadPart: "write",
  CompleteMultipartUpload: "write",
  AbortMultipartUpload: "write",
  ListParts: "read",
  AppendObject: "write",
  RestoreObject: "owner",
  CopyObject: "owner",
  PutObject: "write",
  GetObject: "read",
  HeadObject: "read",
  DeleteObject: "write",
};

export function authorize(operation: Operation, caller: Caller, call: Call): void {
  if (caller === "owner" || operation === "PostObject") return;
  const right = RIGHTS[operation];
  if (right === "owner") {
    throw ossError("AccessDenied", { message: "Anonymous access is forbidden for this operation." });
  }
  const bucket = requireBucket(call);
  const objectAcl = bucket.objects.get(call.request.key ?? "")?.acl ?? "default";
  const acl = objectAcl === "default" ? bucket.record.acl : objectAcl;
  const allowed = acl === "public-read-write" || (acl === "public-read" && right === "read");
  if (!allowed) {
    const level = objectAcl === "default" ? "bucket" : "object";
    throw ossError("AccessDenied", {
      message: `You have no right to access this object because of ${level} acl.`,
      ec: "0003-00000001",
    });
  }
  if (hasOverrides(call.request)) {
    throw ossError("InvalidRequest", { message: "You can not override response headers in anonymous requests." });
  }
}
