/** Computes checksums of blobs as they stream by, so that memory does not grow with the blob. */
import { Crc64 } from "./crc64";
import type { UploadBody } from "./types";

/** `discard` is given every chunk that is summed. */
export function createBlobChecksum(
  discard?: (chunk: Uint8Array<ArrayBuffer>) => void,
): (body: UploadBody, signal?: AbortSignal) => Promise<string> {
  const idle: Crc64[] = [];
  return async (body, signal) => {
    const crc = idle.pop() ?? new Crc64();
    crc.reset();
    if (body instanceof ArrayBuffer) crc.update(new Uint8Array(body));
    else await updateWith(crc, body, discard, signal);
    const crc64 = crc.digest().toString();
    idle.push(crc);
    return crc64;
  };
}

/**
 * Measured in Chromium, seconds of processor time for a GiB in all its processes: by stream 2.2, by `arrayBuffer` of 1 MiB at a time
 * 3.6, of 4 MiB 3.1, by FileReaderSync of 1 MiB 4.5, of 16 MiB 2.2; the sum takes 0.13. Letting more of the stream come
 * before it is read, or reading some bodies in turns, saves nothing beside uploads. A BYOB reader would cost least (1.7), but in
 * Chromium its reads of a Blob at times never come back.
 */
async function updateWith(
  crc: Crc64,
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
      crc.update(value);
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
