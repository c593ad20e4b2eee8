/** Runs in a Web Worker: reading and summing a part must not hold up the page. */
import { createBlobChecksum } from "./checksum";
import type { UploadBody } from "./types";

export interface ChecksumRequest {
  id: number;
  body: UploadBody;
}

export type ChecksumReply = { id: number; crc64: string } | { id: number; error: { name: string; message: string } };

/**
 * Whatever is moved to a port that nobody listens to is freed at once. Left to the garbage collector, chunks pile up to
 * some hundred MiB while the machine is busy.
 */
const drain = new MessageChannel();
drain.port2.close();
const checksum = createBlobChecksum((chunk) => drain.port1.postMessage(undefined, [chunk.buffer]));

self.addEventListener("message", ({ data: { id, body } }: MessageEvent<ChecksumRequest>) => {
  checksum(body).then(
    (crc64) => reply({ id, crc64 }),
    (error: unknown) => {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      reply({ id, error: { name, message } });
    },
  );
});

function reply(message: ChecksumReply): void {
  self.postMessage(message);
}
