/** Domain types of the OSS client. Times are RFC 3339 UTC; CRC-64 values are unsigned decimals as text (they exceed `number`). */

export interface Bucket {
  name: string;
  /** Region id without the `oss-` prefix, e.g. `cn-hangzhou`. */
  region: string;
  createdAt: string;
}

/** One rule of a bucket's CORS configuration (reference: oss-rest.md §8). */
export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
}

export interface OssObject {
  key: string;
  sizeBytes: number;
  etag: string;
  lastModified: string;
}

export interface ObjectPage {
  objects: OssObject[];
  /** Common prefixes, each ending in the delimiter. Empty without a delimiter. */
  prefixes: string[];
  /** Pass as `token` to read on; absent on the last page. */
  nextToken?: string;
}

export interface ListObjectsInput {
  prefix?: string;
  delimiter?: "/";
  /** 1 … 1000. */
  limit?: number;
  token?: string;
}

export interface ObjectHead {
  sizeBytes: number;
  etag: string;
  crc64?: string;
  contentType?: string;
  lastModified: string;
}

export interface UploadedPart {
  /** 1 … 10,000. */
  number: number;
  etag: string;
  sizeBytes: number;
  crc64?: string;
}

/** A multipart upload that was begun and neither completed nor aborted. Its parts cost like stored objects. */
export interface OpenUpload {
  key: string;
  uploadId: string;
  initiatedAt: string;
}

/** An enabled lifecycle rule that removes abandoned uploads. */
export interface AbortRule {
  /** Empty = the whole bucket. */
  prefix: string;
  /** Parts older than this are removed by OSS itself. */
  days: number;
}

export interface CompletedObject {
  sizeBytes: number;
  etag: string;
  crc64?: string;
}

export interface PresignGetOptions {
  expiresSeconds: number;
  /** Makes the browser download the object under this name. */
  filename?: string;
  /** Image processing, e.g. `image/resize,w_200` (reference: oss-rest.md §11). */
  process?: string;
}

export interface PresignPartsInput {
  uploadId: string;
  parts: readonly { number: number; sizeBytes: number }[];
  expiresSeconds: number;
}

export interface FormPermissionOptions {
  /** Keys must begin with it. */
  prefix: string;
  /** Of one file. */
  maxBytes: number;
  expiresSeconds: number;
}

/** Where a form is posted to, and what it carries beside its key and, last, its file. */
export interface FormPermission {
  url: string;
  fields: Record<string, string>;
}

/** One account's OSS in one region. Every method rejects with AppError. */
export interface OssClient {
  listBuckets(): Promise<Bucket[]>;
  /** Private, in the connection's region. */
  createBucket(bucket: string): Promise<void>;
  /** Region id without the `oss-` prefix. */
  getBucketLocation(bucket: string): Promise<string>;
  /** Empty when nothing is configured. */
  getCors(bucket: string): Promise<CorsRule[]>;
  /** Replaces all rules. */
  putCors(bucket: string, rules: readonly CorsRule[]): Promise<void>;

  listObjects(bucket: string, input?: ListObjectsInput): Promise<ObjectPage>;
  /** The first `limit` objects below a prefix, in order. */
  listAllObjects(bucket: string, prefix: string, limit: number): Promise<{ objects: OssObject[]; truncated: boolean }>;
  /** Undefined when absent. */
  headObject(bucket: string, key: string): Promise<ObjectHead | undefined>;
  /** Bytes `start` (inclusive) to `end` (exclusive, at most the size). */
  getObjectRange(bucket: string, key: string, start: number, end: number): Promise<Uint8Array>;
  putObject(bucket: string, key: string, body: Uint8Array, contentType?: string): Promise<void>;
  /** Also succeeds when the object is absent. */
  deleteObject(bucket: string, key: string): Promise<void>;
  /** Any number of keys, in batches; absent ones count as deleted. */
  deleteObjects(bucket: string, keys: readonly string[]): Promise<void>;

  initiateUpload(bucket: string, key: string): Promise<{ uploadId: string }>;
  /** One part, from memory. */
  uploadPart(
    bucket: string,
    key: string,
    part: { uploadId: string; number: number; body: Uint8Array },
    signal?: AbortSignal,
  ): Promise<{ etag: string; crc64?: string }>;
  /** One part out of another object of the same region; OSS moves the bytes itself. `end` is exclusive. */
  copyPart(
    bucket: string,
    key: string,
    part: { uploadId: string; number: number },
    source: { bucket: string; key: string; start: number; end: number },
  ): Promise<{ etag: string }>;
  /** Survives a lost answer: when the upload id is gone, the object is compared with `expected` instead. */
  completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly { number: number; etag: string }[],
    expected: { sizeBytes: number; crc64: string },
  ): Promise<CompletedObject>;
  /** Also succeeds when the upload is gone. */
  abortUpload(bucket: string, key: string, uploadId: string): Promise<void>;
  listParts(bucket: string, key: string, uploadId: string): Promise<UploadedPart[]>;
  /** The first `limit` below a prefix, by key. */
  listUploads(bucket: string, prefix: string, limit: number): Promise<OpenUpload[]>;
  /** What the bucket's lifecycle rules do about abandoned uploads, and how many rules there are in all. */
  getAbortRules(bucket: string): Promise<{ rules: AbortRule[]; allRules: number }>;
  /** The bucket's one rule from now on: only for a bucket without any, because writing replaces all of them. */
  putAbortRule(bucket: string, rule: AbortRule): Promise<void>;

  presignGet(bucket: string, key: string, options: PresignGetOptions): Promise<string>;
  /** The URL accepts exactly `sizeBytes` bytes and no Content-Type. */
  presignPut(bucket: string, key: string, options: { sizeBytes: number; expiresSeconds: number }): Promise<string>;
  /** One URL per part, in the order given; each accepts exactly its size. */
  presignParts(bucket: string, key: string, input: PresignPartsInput): Promise<string[]>;
  /** Allows forms to be posted, each with one file, below one prefix. */
  signForm(bucket: string, options: FormPermissionOptions): FormPermission;
}
