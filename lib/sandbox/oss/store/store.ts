import { join } from "node:path";
import { Readable } from "node:stream";
import type { Clock } from "@/lib/clock";
import type { ObjectStore, StoredObject } from "@/lib/sandbox/core/types";
import { Blobs } from "./blobs";
import { Journal } from "./journal";
import { receive } from "./receive";
import type { Change, ObjectRecord } from "./records";
import { compareUtf8 } from "./sorted-map";
import { type BucketState, State } from "./state";

/** A journal this much longer than the state it leads to is worth rewriting. */
const REWRITE_FACTOR = 2;
const REWRITE_MINIMUM = 1000;

/** The storage engine: journal, blobs and what they amount to in memory. One process per folder. */
export class Store implements ObjectStore {
  readonly blobs: Blobs;
  readonly #state: State;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#clock = clock;
    this.blobs = new Blobs(join(folder, "blobs"));
    this.#state = new State(this.blobs);
    const { journal, lines } = Journal.open(join(folder, "journal.jsonl"), (change) => this.#state.apply(change));
    this.#journal = journal;
    this.blobs.sweep();
    if (lines > REWRITE_MINIMUM && lines > this.#countChanges() * REWRITE_FACTOR) {
      journal.rewrite(this.#state.changes());
    }
  }

  /** Checks made before it in the same turn of the event loop still hold: there is no await in between. */
  commit(change: Change): void {
    this.#journal.append(change);
    this.#state.apply(change);
  }

  bucket(name: string): BucketState | undefined {
    return this.#state.buckets.get(name);
  }

  /** In order of their names. */
  bucketNames(): readonly string[] {
    return this.#state.buckets.keys();
  }

  close(): void {
    this.#journal.close();
  }

  async bucketExists(bucket: string): Promise<boolean> {
    return this.bucket(bucket) !== undefined;
  }

  async *list(bucket: string, prefix: string): AsyncIterable<StoredObject> {
    const objects = this.#require(bucket).objects;
    // The walk goes on from the last key by name, because objects may come and go between two steps.
    let index = objects.firstIndex((key) => compareUtf8(key, prefix) >= 0);
    for (;;) {
      const key = objects.keys()[index];
      if (!key?.startsWith(prefix)) return;
      const object = objects.get(key);
      if (object) yield toStoredObject(object);
      index = objects.keys()[index] === key ? index + 1 : objects.firstIndex((other) => compareUtf8(other, key) > 0);
    }
  }

  async head(bucket: string, key: string): Promise<StoredObject | undefined> {
    const object = this.bucket(bucket)?.objects.get(key);
    return object && toStoredObject(object);
  }

  async read(bucket: string, key: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    const object = this.bucket(bucket)?.objects.get(key);
    if (!object) throw new Error(`no such object: ${bucket}/${key}`);
    const end = Math.min(range?.end ?? object.size, object.size);
    const chunks: Buffer[] = [];
    for await (const chunk of this.blobs.read(object, Math.min(range?.start ?? 0, end), end)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async write(bucket: string, key: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<void> {
    const { record } = this.#require(bucket);
    const { contentMd5: _, ...content } = await receive(Readable.from([Buffer.from(body)]), this.blobs, body.length);
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const object: ObjectRecord = {
      ...content,
      key,
      type: "Normal",
      lastModified: this.#clock.now(),
      headers: Object.fromEntries(lowerCase),
      storageClass: record.storageClass,
      acl: "default",
    };
    this.commit({ op: "object", bucket, object });
  }

  async delete(bucket: string, key: string): Promise<void> {
    if (this.#require(bucket).objects.get(key)) this.commit({ op: "objects-gone", bucket, keys: [key] });
  }

  #countChanges(): number {
    let count = 0;
    for (const _ of this.#state.changes()) count++;
    return count;
  }

  #require(bucket: string): BucketState {
    const state = this.bucket(bucket);
    if (!state) throw new Error(`no such bucket: ${bucket}`);
    return state;
  }
}

function toStoredObject({ key, size, etag, lastModified }: ObjectRecord): StoredObject {
  return { key, size, etag, lastModified };
}
