import type { BucketRecord, Change, Content, ObjectRecord, PartRecord, UploadRecord } from "./records";
import { SortedMap } from "./sorted-map";

export interface UploadState {
  record: UploadRecord;
  parts: Map<number, PartRecord>;
}

export interface BucketState {
  record: BucketRecord;
  objects: SortedMap<ObjectRecord>;
  uploads: Map<string, UploadState>;
}

/** Told which contents come into and go out of use, so that blob files nobody needs can be removed. */
export interface ContentUse {
  retain(content: Content): void;
  release(content: Content): void;
}

/** Everything in memory. `apply` is the only way to change it, while starting and while serving alike. */
export class State {
  readonly buckets = new SortedMap<BucketState>();
  readonly #use: ContentUse;

  constructor(use: ContentUse) {
    this.#use = use;
  }

  apply(change: Change): void {
    switch (change.op) {
      case "bucket":
        this.#putBucket(change.bucket);
        break;
      case "bucket-gone":
        this.buckets.delete(change.bucket);
        break;
      default: {
        const bucket = this.buckets.get(change.bucket);
        if (bucket) this.#applyInside(bucket, change);
      }
    }
  }

  #applyInside(bucket: BucketState, change: Exclude<Change, { op: "bucket" | "bucket-gone" }>): void {
    switch (change.op) {
      case "object":
        this.#putObject(bucket, change.object);
        break;
      case "objects-gone":
        for (const key of change.keys) this.#dropObject(bucket, key);
        break;
      case "upload":
        bucket.uploads.set(change.upload.id, { record: change.upload, parts: new Map() });
        break;
      case "part":
        this.#putPart(bucket.uploads.get(change.uploadId), change.part);
        break;
      case "upload-gone":
        this.#dropUpload(bucket, change.uploadId);
        break;
      case "complete":
        this.#putObject(bucket, change.object);
        this.#dropUpload(bucket, change.uploadId);
        break;
      default:
        change satisfies never;
    }
  }

  /** The shortest list of changes that leads here. */
  *changes(): Iterable<Change> {
    for (const { record, objects, uploads } of this.buckets.values()) {
      const bucket = record.name;
      yield { op: "bucket", bucket: record };
      for (const object of objects.values()) yield { op: "object", bucket, object };
      for (const upload of uploads.values()) {
        yield { op: "upload", bucket, upload: upload.record };
        for (const part of upload.parts.values()) yield { op: "part", bucket, uploadId: upload.record.id, part };
      }
    }
  }

  #putBucket(record: BucketRecord): void {
    const existing = this.buckets.get(record.name);
    if (existing) existing.record = record;
    else this.buckets.set(record.name, { record, objects: new SortedMap(), uploads: new Map() });
  }

  // The new content is retained before the old one is released: a copy onto itself shares blobs with it.
  #putObject(bucket: BucketState, object: ObjectRecord): void {
    this.#use.retain(object);
    const old = bucket.objects.get(object.key);
    bucket.objects.set(object.key, object);
    if (old) this.#use.release(old);
  }

  #dropObject(bucket: BucketState, key: string): void {
    const old = bucket.objects.get(key);
    if (!old) return;
    bucket.objects.delete(key);
    this.#use.release(old);
  }

  #putPart(upload: UploadState | undefined, part: PartRecord): void {
    if (!upload) return;
    this.#use.retain(part);
    const old = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    if (old) this.#use.release(old);
  }

  #dropUpload(bucket: BucketState, uploadId: string): void {
    const upload = bucket.uploads.get(uploadId);
    if (!upload) return;
    bucket.uploads.delete(uploadId);
    for (const part of upload.parts.values()) this.#use.release(part);
  }
}
