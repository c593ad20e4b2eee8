/** Computes checksums of blobs piece by piece, so that memory does not grow with the blob. */
import { createCRC64, type IHasher } from "hash-wasm";

const PIECE_BYTES = 4 * 1024 * 1024;

/** hash-wasm's default polynomial is OSS's; its digest is hexadecimal (reference: oss-rest.md §10). */
export function createBlobChecksum(): (body: Blob, signal?: AbortSignal) => Promise<string> {
  const idle: IHasher[] = [];
  return async (body, signal) => {
    const hasher = idle.pop() ?? (await createCRC64());
    hasher.init();
    for (let start = 0; start < body.size; start += PIECE_BYTES) {
      signal?.throwIfAborted();
      const piece = body.slice(start, Math.min(start + PIECE_BYTES, body.size));
      hasher.update(new Uint8Array(await piece.arrayBuffer()));
    }
    const crc64 = BigInt(`0x${hasher.digest("hex")}`).toString();
    idle.push(hasher);
    return crc64;
  };
}
