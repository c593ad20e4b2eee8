import type { ModelFile } from "./types";

/** A file that lies in memory: the sample model, files that a repair adds. */
export function memoryFile(path: string, bytes: Uint8Array): ModelFile {
  return {
    path,
    sizeBytes: bytes.length,
    read: async (start, end, signal) => {
      signal?.throwIfAborted();
      return bytes.subarray(start, end);
    },
  };
}

/** A browser's File (or any Blob) under its path in the dropped folder. Reads lazily. */
export function blobFile(path: string, blob: Blob): ModelFile {
  return {
    path,
    sizeBytes: blob.size,
    read: async (start, end, signal) => {
      signal?.throwIfAborted();
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    },
  };
}
