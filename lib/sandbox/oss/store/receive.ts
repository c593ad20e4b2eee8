import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createCRC64, type IHasher } from "hash-wasm";
import type { Blobs } from "./blobs";
import { crc64FromHex } from "./crc64";
import type { Content } from "./records";

/** Sockets deliver 64 KiB at most; fewer, larger writes and hash calls cost less. */
const WRITE_CHUNK = 1024 * 1024;

export interface Received extends Content {
  /** As in the Content-MD5 header. */
  contentMd5: string;
}

export class TooLarge extends Error {}

const idleCrcs: IHasher[] = [];

/**
 * Streams a body into a new blob, hashing on the way. The blob belongs to nobody yet: the caller commits it, or discards
 * it with `discard`. A body that ends early leaves nothing.
 */
export async function receive(source: Readable, blobs: Blobs, maxBytes: number): Promise<Received> {
  const { id, file } = await blobs.create();
  try {
    const written = await writeHashed(source, file, maxBytes);
    await file.close();
    if (written.size === 0) await blobs.discard(id);
    return { ...written, segments: written.size === 0 ? [] : [{ blob: id, start: 0, size: written.size }] };
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
export async function digest(source: Readable): Promise<Omit<Received, "segments">> {
  return writeHashed(source, undefined, Number.MAX_SAFE_INTEGER);
}

async function writeHashed(
  source: Readable,
  file: FileHandle | undefined,
  maxBytes: number,
): Promise<Omit<Received, "segments">> {
  const md5 = createHash("md5");
  const crc = idleCrcs.pop() ?? (await createCRC64());
  crc.init();
  let size = 0;
  try {
    for await (const chunk of batches(source)) {
      size += chunk.length;
      if (size > maxBytes) throw new TooLarge();
      // The write runs in the thread pool while this thread hashes.
      const writing = file ? writeAll(file, chunk) : undefined;
      update(md5, crc, chunk);
      await writing;
    }
    const md5Bytes = md5.digest();
    return {
      size,
      etag: md5Bytes.toString("hex").toUpperCase(),
      contentMd5: md5Bytes.toString("base64"),
      crc64: crc64FromHex(crc.digest("hex")),
    };
  } finally {
    idleCrcs.push(crc);
  }
}

function update(md5: Hash, crc: IHasher, chunk: Buffer): void {
  md5.update(chunk);
  crc.update(chunk);
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done);
    done += bytesWritten;
  }
}

async function* batches(source: Readable): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let size = 0;
  // An error answer must still reach the client, so giving up does not destroy the request.
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    pending.push(chunk);
    size += chunk.length;
    if (size < WRITE_CHUNK) continue;
    yield Buffer.concat(pending, size);
    pending = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pending, size);
}
