import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createCRC64, type IHasher } from "hash-wasm";
import { BATCH_BYTES, type Batch, batches, giveBack } from "./batches";
import type { Blobs } from "./blobs";
import { crc64FromHex } from "./crc64";
import { createThreadedMd5, type ThreadedMd5 } from "./md5-thread";
import type { Content } from "./records";

/** Batches of one body that are written and hashed while the next ones arrive. */
const MAX_IN_FLIGHT = 4;

export interface Received extends Content {
  /** As in the Content-MD5 header. */
  contentMd5: string;
}

type Digests = Omit<Received, "segments">;

export class TooLarge extends Error {}

const spareCrcs: IHasher[] = [];

/**
 * Streams a body into a new blob, hashing on the way. The blob belongs to nobody yet: the caller commits it, or discards
 * it with `discard`. A body that ends early leaves nothing.
 */
export async function receive(source: Readable, blobs: Blobs, maxBytes: number): Promise<Received> {
  const { id, file } = await blobs.create();
  try {
    const digests = await digestAndWrite(source, file, maxBytes);
    await file.close();
    if (digests.size === 0) await blobs.discard(id);
    return { ...digests, segments: digests.size === 0 ? [] : [{ blob: id, start: 0, size: digests.size }] };
  } catch (error) {
    await file.close();
    await blobs.discard(id);
    throw error;
  }
}

export async function discard(blobs: Blobs, content: Pick<Content, "segments">): Promise<void> {
  await Promise.all(content.segments.map(({ blob }) => blobs.discard(blob)));
}

/** The same digests for bytes that are stored already. */
export function digest(source: Readable): Promise<Digests> {
  return digestAndWrite(source, undefined, Number.MAX_SAFE_INTEGER);
}

async function digestAndWrite(source: Readable, file: FileHandle | undefined, maxBytes: number): Promise<Digests> {
  const crc = spareCrcs.pop() ?? (await createCRC64());
  crc.init();
  const md5 = new BatchedMd5();
  let size = 0;
  const inFlight: Promise<void>[] = [];
  try {
    for await (const batch of batches(source)) {
      const bytes = new Uint8Array(batch.buffer, 0, batch.length);
      const written = file ? writeAll(file, bytes, size) : Promise.resolve();
      size += batch.length;
      crc.update(bytes);
      const done = md5.update(batch, written, inFlight[inFlight.length - 1]);
      done.catch(() => undefined); // Looked at later, when its turn comes.
      inFlight.push(done);
      if (size > maxBytes) throw new TooLarge();
      if (inFlight.length > MAX_IN_FLIGHT) await inFlight.shift();
    }
    await Promise.all(inFlight);
    const md5Bytes = await md5.digest();
    return {
      size,
      etag: md5Bytes.toString("hex").toUpperCase(),
      contentMd5: md5Bytes.toString("base64"),
      crc64: crc64FromHex(crc.digest("hex")),
    };
  } catch (error) {
    // Nothing may still write into the file when the caller closes it.
    await Promise.allSettled(inFlight);
    await md5.digest().catch(() => undefined);
    throw error;
  } finally {
    spareCrcs.push(crc);
  }
}

/** On the other thread, unless the whole body is one small batch: then a message would cost more than the hash. */
class BatchedMd5 {
  #thread?: ThreadedMd5;
  readonly #here = createHash("md5");

  /** Resolves once the batch is written and hashed; batches are hashed in order. */
  async update(batch: Batch, written: Promise<void>, previous: Promise<void> | undefined): Promise<void> {
    if (!this.#thread && batch.length < BATCH_BYTES) {
      this.#here.update(new Uint8Array(batch.buffer, 0, batch.length));
      await written;
      giveBack(batch.buffer);
      return;
    }
    this.#thread ??= createThreadedMd5();
    await Promise.all([written, previous]);
    await this.#thread.update(batch.buffer, batch.length);
    giveBack(batch.buffer);
  }

  async digest(): Promise<Buffer> {
    const thread = this.#thread;
    this.#thread = undefined;
    return thread ? thread.digest() : this.#here.digest();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
