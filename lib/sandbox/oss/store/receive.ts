import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createCRC64 } from "hash-wasm";
import { BATCH_BYTES, type Batch, batches, giveBack } from "./batches";
import type { Blobs } from "./blobs";
import { createThreadedBody, type Sums } from "./body-thread";
import { crc64FromHex } from "./crc64";
import type { Content } from "./records";

/** Batches of one body that are summed and written while the next ones arrive. */
const MAX_IN_FLIGHT = 3;

export interface Received extends Content {
  /** As in the Content-MD5 header. */
  contentMd5: string;
}

type Digests = Omit<Received, "segments">;

export class TooLarge extends Error {}

/**
 * Streams a body into a new blob, summing on the way. The blob belongs to nobody yet: the caller commits it, or discards
 * it with `discard`. A body that ends early leaves nothing.
 */
export async function receive(source: Readable, blobs: Blobs, maxBytes: number): Promise<Received> {
  const parts = batches(source);
  const first = await parts.next();
  if (first.done) return { ...toDigests(0, await sumHere()), segments: [] };
  if (isLast(first.value)) return receiveShort(first.value, blobs, maxBytes);
  const { id, file } = await blobs.create();
  try {
    const digests = await sumAndWrite(first.value, parts, file, maxBytes);
    await file.close();
    return { ...digests, segments: [{ blob: id, start: 0, size: digests.size }] };
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
export async function digest(source: Readable): Promise<Digests> {
  const parts = batches(source);
  const first = await parts.next();
  if (first.done) return toDigests(0, await sumHere());
  if (!isLast(first.value)) return sumAndWrite(first.value, parts, undefined, Number.MAX_SAFE_INTEGER);
  const { buffer, length } = first.value;
  const sums = await sumHere(new Uint8Array(buffer, 0, length));
  giveBack(buffer);
  return toDigests(length, sums);
}

/** Only the last batch is shorter than the others. */
function isLast(batch: Batch): boolean {
  return batch.length < BATCH_BYTES;
}

/** At once and on this thread: handing a short body to others costs more than the body. */
async function receiveShort({ buffer, length }: Batch, blobs: Blobs, maxBytes: number): Promise<Received> {
  try {
    if (length > maxBytes) throw new TooLarge();
    const bytes = new Uint8Array(buffer, 0, length);
    const sums = await sumHere(bytes);
    const blob = blobs.createWith(bytes);
    return { ...toDigests(length, sums), segments: [{ blob, start: 0, size: length }] };
  } finally {
    giveBack(buffer);
  }
}

const crcHere = createCRC64();

async function sumHere(bytes?: Uint8Array): Promise<Sums> {
  const crc = await crcHere;
  const md5 = createHash("md5");
  // No await from here on: the one CRC is everybody's.
  crc.init();
  if (bytes) {
    crc.update(bytes);
    md5.update(bytes);
  }
  return { md5: md5.digest(), crc64: crc.digest("hex") };
}

async function sumAndWrite(
  first: Batch,
  rest: AsyncIterable<Batch>,
  file: FileHandle | undefined,
  maxBytes: number,
): Promise<Digests> {
  const body = createThreadedBody(file?.fd);
  const inFlight: Promise<void>[] = [];
  let size = 0;
  const hand = async ({ buffer, length }: Batch) => {
    const done = body.update(buffer, length, size).finally(() => giveBack(buffer));
    done.catch(() => undefined); // Looked at later, when its turn comes.
    inFlight.push(done);
    size += length;
    if (size > maxBytes) throw new TooLarge();
    if (inFlight.length > MAX_IN_FLIGHT) await inFlight.shift();
  };
  try {
    await hand(first);
    for await (const batch of rest) await hand(batch);
    await Promise.all(inFlight);
  } catch (error) {
    // Nothing may still write into the file when the caller closes it.
    await Promise.allSettled(inFlight);
    await body.finish().catch(() => undefined);
    throw error;
  }
  return toDigests(size, await body.finish());
}

function toDigests(size: number, { md5, crc64 }: Sums): Digests {
  return {
    size,
    etag: md5.toString("hex").toUpperCase(),
    contentMd5: md5.toString("base64"),
    crc64: crc64FromHex(crc64),
  };
}
