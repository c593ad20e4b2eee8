import type { Operation } from "./operation";

/** What each operation needs: the action of a RAM policy, and how far a public ACL reaches (oss-rest.md §16, §7). */

export interface OperationRight {
  /** Without its `oss:`. The resource is the bucket or, for operations on a key, the object. */
  action: string;
  /** `owner`: no ACL gives it away. */
  acl: "owner" | "read" | "write";
}

const owner = (action: string): OperationRight => ({ action, acl: "owner" });
const read = (action: string): OperationRight => ({ action, acl: "read" });
const write = (action: string): OperationRight => ({ action, acl: "write" });

export const OPERATION_RIGHTS: Record<Operation, OperationRight> = {
  ListBuckets: owner("ListBuckets"),
  GetBucketInfo: owner("GetBucketInfo"),
  GetBucketLocation: owner("GetBucketLocation"),
  GetBucketAcl: owner("GetBucketAcl"),
  PutBucketAcl: owner("PutBucketAcl"),
  GetBucketStat: owner("GetBucketStat"),
  GetBucketCors: owner("GetBucketCors"),
  PutBucketCors: owner("PutBucketCors"),
  DeleteBucketCors: owner("DeleteBucketCors"),
  GetBucketLifecycle: owner("GetBucketLifecycle"),
  PutBucketLifecycle: owner("PutBucketLifecycle"),
  DeleteBucketLifecycle: owner("DeleteBucketLifecycle"),
  GetBucketReferer: owner("GetBucketReferer"),
  PutBucketReferer: owner("PutBucketReferer"),
  GetBucketWebsite: owner("GetBucketWebsite"),
  PutBucketWebsite: owner("PutBucketWebsite"),
  DeleteBucketWebsite: owner("DeleteBucketWebsite"),
  GetBucketTags: owner("GetBucketTagging"),
  PutBucketTags: owner("PutBucketTagging"),
  DeleteBucketTags: owner("DeleteBucketTagging"),
  ListLiveChannel: owner("ListLiveChannel"),
  PutBucket: owner("PutBucket"),
  DeleteBucket: owner("DeleteBucket"),
  ListObjects: read("ListObjects"),
  ListObjectsV2: read("ListObjects"),
  ListMultipartUploads: read("ListMultipartUploads"),
  DeleteMultipleObjects: write("DeleteObject"),
  PostObject: write("PutObject"),
  GetObjectAcl: owner("GetObjectAcl"),
  PutObjectAcl: owner("PutObjectAcl"),
  GetObjectTagging: owner("GetObjectTagging"),
  PutObjectTagging: owner("PutObjectTagging"),
  DeleteObjectTagging: owner("DeleteObjectTagging"),
  PutSymlink: write("PutObject"),
  GetSymlink: read("GetObject"),
  GetObjectMeta: read("GetObject"),
  InitiateMultipartUpload: write("PutObject"),
  UploadPart: write("PutObject"),
  /** And GetObject on the source, as for CopyObject. */
  UploadPartCopy: owner("PutObject"),
  CompleteMultipartUpload: write("PutObject"),
  AbortMultipartUpload: write("AbortMultipartUpload"),
  ListParts: read("ListParts"),
  AppendObject: write("PutObject"),
  RestoreObject: owner("RestoreObject"),
  CopyObject: owner("PutObject"),
  PutObject: write("PutObject"),
  GetObject: read("GetObject"),
  HeadObject: read("GetObject"),
  DeleteObject: write("DeleteObject"),
};
