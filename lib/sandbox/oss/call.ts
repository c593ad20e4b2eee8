import type { Readable } from "node:stream";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import type { TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import { isBucketName } from "./address";
import type { Caller } from "./authenticate";
import { ossError } from "./errors";
import type { OssRequest } from "./request";
import type { ObjectRecord } from "./store/records";
import type { BucketState } from "./store/state";
import type { Store } from "./store/store";
import { toXml, type XmlObject } from "./xml";

/** One authenticated request, as the operations see it. */
export interface Call {
  request: OssRequest;
  store: Store;
  account: SandboxAccount;
  credentials: TemporaryCredentials;
  caller: Caller;
  region: string;
  now: number;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
}

export type OperationHandler = (call: Call) => Promise<Reply> | Reply;

export function xmlReply(root: string, content: XmlObject, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { "Content-Type": "application/xml", ...headers }, body: toXml(root, content) };
}

export function bucketName({ request }: Call): string {
  if (request.bucket === undefined) throw ossError("InvalidBucketName");
  return request.bucket;
}

export function objectKey({ request }: Call): string {
  if (request.key === undefined) throw ossError("InvalidObjectName", { message: "The Object name can not be empty." });
  return request.key;
}

export function requireBucket(call: Call, name = bucketName(call)): BucketState {
  const bucket = call.store.bucket(name);
  if (!bucket)
    throw ossError(isBucketName(name) ? "NoSuchBucket" : "InvalidBucketName", { details: { BucketName: name } });
  return bucket;
}

export function requireObject(call: Call, bucket = requireBucket(call), key = objectKey(call)): ObjectRecord {
  const object = bucket.objects.get(key);
  if (!object) throw ossError("NoSuchKey", { details: { Key: key } });
  return object;
}

export function xmlDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function httpDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function owner({ account }: Call): XmlObject {
  return { ID: account.uid, DisplayName: account.uid };
}
