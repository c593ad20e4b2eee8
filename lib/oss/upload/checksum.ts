/** Computes checksums of blobs as they stream by, so that memory does not grow with the blob. */
import { createCRC64, type IHasher } from "hash-wasm";
import type { UploadBody } from "./types";

/** hash-wasm's default polynomial is OSS's; its digest is hexadecimal (reference: oss-rest.md §10). */
export function createBlobChecksum(): (body: UploadBody, signal?: AbortSignal) => Promise<string> {
  const idle: IHasher[] = [];
  return async (body, signal) => {
    const hasher = idle.pop() ?? (await createCRC64());
    hasher.init();
    if (body instanceof ArrayBuffer) hasher.update(new Uint8Array(body));
    else await updateWith(hasher, body, signal);
    const crc64 = BigInt(`0x${hasher.digest("hex")}`).toString();
    idle.push(hasher);
    return crc64;
  };
}

/** Measured: a stream costs the browser half of what reads of some MiB each do. */
async function updateWith(hasher: IHasher, body: Blob, signal?: AbortSignal): Promise<void> {
  const reader = body.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      signal?.throwIfAborted();
      hasher.update(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    // Streams call everything a network error; a plain read says what became of the file.
    await body.slice(0, 1).arrayBuffer();
    throw error;
  }
}
