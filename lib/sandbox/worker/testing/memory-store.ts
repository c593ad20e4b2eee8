import type { ObjectStore, StoredObject } from "@/lib/sandbox/core/types";

/** An ObjectStore in memory, for tests of the worker. Buckets exist as soon as something is put into them. */
export class MemoryStore implements ObjectStore {
  private readonly buckets = new Map<string, Map<string, Uint8Array>>();

  put(bucket: string, key: string, body: Uint8Array | string): this {
    const objects = this.buckets.get(bucket) ?? new Map<string, Uint8Array>();
    this.buckets.set(bucket, objects);
    objects.set(key, typeof body === "string" ? Buffer.from(body) : body);
    return this;
  }

  keys(bucket: string): string[] {
    return [...(this.buckets.get(bucket)?.keys() ?? [])].sort();
  }

  async bucketExists(bucket: string): Promise<boolean> {
    return this.buckets.has(bucket);
  }

  async *list(bucket: string, prefix: string): AsyncIterable<StoredObject> {
    for (const key of this.keys(bucket)) {
      const object = key.startsWith(prefix) ? await this.head(bucket, key) : undefined;
      if (object) yield object;
    }
  }

  async head(bucket: string, key: string): Promise<StoredObject | undefined> {
    const body = this.buckets.get(bucket)?.get(key);
    return body && { key, size: body.byteLength, etag: "etag", lastModified: 0 };
  }

  async read(bucket: string, key: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    const body = this.buckets.get(bucket)?.get(key);
    if (!body) throw new Error(`no object ${key} in ${bucket}`);
    return range ? body.subarray(range.start, range.end) : body;
  }

  async write(bucket: string, key: string, body: Uint8Array): Promise<void> {
    this.put(bucket, key, body);
  }

  async delete(bucket: string, key: string): Promise<void> {
    this.buckets.get(bucket)?.delete(key);
  }
}
