import { appendObject } from "./append";
import { restoreObject } from "./archive";
import * as configuration from "./bucket-configuration";
import * as buckets from "./buckets";
import type { OperationHandler } from "./call";
import { copyObject } from "./copy";
import { deleteMultipleObjects } from "./delete-many";
import { listMultipartUploads } from "./list-uploads";
import { listObjects, listObjectsV2 } from "./listing";
import * as multipart from "./multipart";
import * as objects from "./objects";
import type { Operation } from "./operation";
import { postObject } from "./post-object";
import { getBucketReferer, putBucketReferer } from "./referer";
import { getSymlink, putSymlink } from "./symlink";
import * as tags from "./tags";
import * as website from "./website";

export const OPERATIONS: Record<Operation, OperationHandler> = {
  ListBuckets: buckets.listBuckets,
  GetBucketInfo: buckets.getBucketInfo,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketAcl: buckets.getBucketAcl,
  PutBucketAcl: buckets.putBucketAcl,
  GetBucketStat: buckets.getBucketStat,
  GetBucketCors: configuration.getBucketCors,
  PutBucketCors: configuration.putBucketCors,
  DeleteBucketCors: configuration.deleteBucketCors,
  GetBucketLifecycle: configuration.getBucketLifecycle,
  PutBucketLifecycle: configuration.putBucketLifecycle,
  DeleteBucketLifecycle: configuration.deleteBucketLifecycle,
  GetBucketReferer: getBucketReferer,
  PutBucketReferer: putBucketReferer,
  GetBucketWebsite: website.getBucketWebsite,
  PutBucketWebsite: website.putBucketWebsite,
  DeleteBucketWebsite: website.deleteBucketWebsite,
  GetBucketTags: tags.getBucketTags,
  PutBucketTags: tags.putBucketTags,
  DeleteBucketTags: tags.deleteBucketTags,
  ListLiveChannel: buckets.listLiveChannels,
  ListMultipartUploads: listMultipartUploads,
  DeleteMultipleObjects: deleteMultipleObjects,
  ListObjectsV2: listObjectsV2,
  ListObjects: listObjects,
  PutBucket: buckets.putBucket,
  DeleteBucket: buckets.deleteBucket,
  PostObject: postObject,
  GetObjectAcl: objects.getObjectAcl,
  PutObjectAcl: objects.putObjectAcl,
  GetObjectTagging: tags.getObjectTagging,
  PutObjectTagging: tags.putObjectTagging,
  DeleteObjectTagging: tags.deleteObjectTagging,
  PutSymlink: putSymlink,
  GetSymlink: getSymlink,
  GetObjectMeta: objects.getObjectMeta,
  InitiateMultipartUpload: multipart.initiateMultipartUpload,
  UploadPartCopy: multipart.uploadPartCopy,
  UploadPart: multipart.uploadPart,
  CompleteMultipartUpload: multipart.completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
  ListParts: multipart.listParts,
  AppendObject: appendObject,
  RestoreObject: restoreObject,
  CopyObject: copyObject,
  PutObject: objects.putObject,
  GetObject: objects.getObject,
  HeadObject: objects.headObject,
  DeleteObject: objects.deleteObject,
};
