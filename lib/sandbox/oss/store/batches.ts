import type { Readable } from "node:stream";

/** Sockets deliver 64 KiB at most; fewer, larger writes and hash calls cost less. */
export const BATCH_BYTES = 1024 * 1024;

/** Enough for a browser's six connections with four batches each. */
const MAX_SPARE_BUFFERS = 24;

/** Shared, so that another thread reads them where they are: moving buffers between threads kept the collector busy. */
const spareBuffers: SharedArrayBuffer[] = [];

export interface Batch {
  /** Belongs to whoever receives the batch, until given back. */
  buffer: SharedArrayBuffer;
  length: number;
}

/** The same bytes in pieces of BATCH_BYTES, the last one shorter. */
export async function* batches(source: Readable): AsyncGenerator<Batch> {
  let buffer: SharedArrayBuffer | undefined;
  let length = 0;
  // An error answer must still reach the client, so giving up does not destroy the request.
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < chunk.length; ) {
      buffer ??= spareBuffers.pop() ?? new SharedArrayBuffer(BATCH_BYTES);
      const part = chunk.subarray(taken, taken + BATCH_BYTES - length);
      new Uint8Array(buffer).set(part, length);
      taken += part.length;
      length += part.length;
      if (length < BATCH_BYTES) continue;
      yield { buffer, length };
      buffer = undefined;
      length = 0;
    }
  }
  if (buffer) yield { buffer, length };
}

export function giveBack(buffer: SharedArrayBuffer): void {
  if (spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(buffer);
}
