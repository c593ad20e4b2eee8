import { randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Content, Segment } from "./records";
import type { ContentUse } from "./state";

const READ_CHUNK = 256 * 1024;
/** Longer ones are streamed: reading must not hold up the others. */
const SHORT = 256 * 1024;

/**
 * The bytes: files that are written once and never changed. A file belongs to nobody until a line of the journal names
 * it, and is removed when the last object, part or reader lets go of it; so a name in the journal always finds its file,
 * and what a kill left behind is swept at the next start.
 */
export class Blobs implements ContentUse {
  readonly #folder: string;
  readonly #processId = randomBytes(8).toString("hex");
  #count = 0;
  readonly #users = new Map<string, number>();
  /** Made by this process or seen by it. All of them at the start would take longer than the rest of it. */
  readonly #folders = new Set<string>();
  /** While the journal is read again, files that went out of use long ago are left to the sweep. */
  #swept = false;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Unlike any other: random bytes per process and a count, which also spreads them over the folders. */
  #newId(): string {
    const count = this.#count++;
    const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
    const folder = hex(count % 256, 2);
    if (!this.#folders.has(folder)) mkdirSync(join(this.#folder, folder), { recursive: true });
    this.#folders.add(folder);
    return `${folder}${this.#processId}${hex(count, 10)}`;
  }

  async create(): Promise<{ id: string; file: FileHandle }> {
    const id = this.#newId();
    return { id, file: await open(this.#path(id), "wx", 0o600) };
  }

  /** A short blob, written at once: thread pool and promises would cost several times the write. */
  createWith(bytes: Uint8Array): string {
    const id = this.#newId();
    const fd = openSync(this.#path(id), "wx", 0o600);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done);
    } catch (error) {
      unlinkSync(this.#path(id));
      throw error;
    } finally {
      closeSync(fd);
    }
    return id;
  }

  /** The bytes of a short stretch, read at once for the same reason; undefined when it is not short. */
  readShort(content: Pick<Content, "segments">, start: number, end: number): Buffer | undefined {
    if (end - start > SHORT) return undefined;
    const [only, ...more] = slice(content.segments, start, end);
    if (!only || more.length > 0) return undefined;
    const fd = openSync(this.#path(only.blob), "r");
    try {
      const bytes = Buffer.allocUnsafe(only.size);
      for (let done = 0; done < only.size; ) {
        const read = readSync(fd, bytes, done, only.size - done, only.start + done);
        if (read === 0) throw new Error(`blob ${only.blob} is too short`);
        done += read;
      }
      return bytes;
    } finally {
      closeSync(fd);
    }
  }

  /** Removes a file that never came into use. */
  async discard(id: string): Promise<void> {
    if (!this.#users.has(id)) await unlink(this.#path(id)).catch(() => undefined);
  }

  retain(content: Pick<Content, "segments">): void {
    for (const { blob } of content.segments) this.#users.set(blob, (this.#users.get(blob) ?? 0) + 1);
  }

  release(content: Pick<Content, "segments">): void {
    for (const { blob } of content.segments) {
      const users = (this.#users.get(blob) ?? 0) - 1;
      if (users > 0) {
        this.#users.set(blob, users);
      } else {
        this.#users.delete(blob);
        // A file that cannot be removed now is found by the next sweep.
        if (this.#swept) void unlink(this.#path(blob)).catch(() => undefined);
      }
    }
  }

  /** Bytes `start` to `end` (exclusive); the files stay while the stream is open, whatever happens to the object. */
  read(content: Pick<Content, "segments">, start: number, end: number): Readable {
    const slices = slice(content.segments, start, end);
    this.retain({ segments: slices });
    const [only] = slices;
    const stream =
      slices.length === 1 && only ? this.#openSlice(only) : Readable.from(this.#chunks(slices), { objectMode: false });
    stream.once("close", () => this.release({ segments: slices }));
    return stream;
  }

  async *#chunks(slices: readonly Segment[]): AsyncGenerator<Buffer> {
    for (const part of slices) yield* this.#openSlice(part);
  }

  #openSlice({ blob, start, size }: Segment): Readable {
    if (size === 0) return Readable.from([]);
    return createReadStream(this.#path(blob), { start, end: start + size - 1, highWaterMark: READ_CHUNK });
  }

  /** Removes every file that nothing refers to. Only before anything is written. */
  sweep(): void {
    this.#swept = true;
    for (const folder of readdirSync(this.#folder)) {
      this.#folders.add(folder);
      for (const id of readdirSync(join(this.#folder, folder))) {
        if (!this.#users.has(id)) rmSync(join(this.#folder, folder, id), { force: true });
      }
    }
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id);
  }
}

/** The stretches of `segments` that hold bytes `start` to `end` (exclusive) of their concatenation. */
export function slice(segments: readonly Segment[], start: number, end: number): Segment[] {
  const slices: Segment[] = [];
  let position = 0;
  for (const segment of segments) {
    const from = Math.max(start, position);
    const to = Math.min(end, position + segment.size);
    if (from < to) slices.push({ blob: segment.blob, start: segment.start + from - position, size: to - from });
    position += segment.size;
  }
  return slices;
}
