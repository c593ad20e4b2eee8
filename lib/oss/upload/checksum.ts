/** Computes checksums of blobs as they stream by, so that memory does not grow with the blob. */
import { createCRC64, type IHasher } from "hash-wasm";
import type { UploadBody } from "./types";

/**
 * hash-wasm's default polynomial is OSS's; its digest is hexadecimal (reference: oss-rest.md §10). `discard` is given
 * every chunk that is summed.
 */
export function createBlobChecksum(
  discard?: (chunk: Uint8Array<ArrayBuffer>) => void,
): (body: UploadBody, signal?: AbortSignal) => Promise<string> {
  const idle: IHasher[] = [];
  return async (body, signal) => {
    const hasher = idle.pop() ?? (await createCRC64());
    hasher.init();
    if (body instanceof ArrayBuffer) hasher.update(new Uint8Array(body));
    else await updateWith(hasher, body, discard, signal);
    const crc64 = BigInt(`0x${hasher.digest("hex")}`).toString();
    idle.push(hasher);
    return crc64;
  };
}

/**
 * Measured: a stream costs the browser half of what reads of some MiB each do. A BYOB reader would cost least, but in
 * Chromium its reads of a Blob at times never come back.
 */
async function updateWith(
  hasher: IHasher,
  body: Blob,
  discard?: (chunk: Uint8Array<ArrayBuffer>) => void,
  signal?: AbortSignal,
): Promise<void> {
  const reader = body.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      signal?.throwIfAborted();
      hasher.update(value);
      discard?.(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    // Streams call everything a network error; a plain read says what became of the file.
    await body.slice(0, 1).arrayBuffer();
    throw error;
  }
}
