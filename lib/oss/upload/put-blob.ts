/**
 * Sends one body to a signed URL. Large ones are Blobs, never ArrayBuffers: the browser streams them from disk, so memory
 * stays flat. That a part is read once more for its sum costs less than to read it once and send it from memory: its way
 * through the page's process takes more processor time than the second read from the system's cache, and 750 MiB where Blobs
 * take 170 (measured in a worker, parts of 8 and 16 MiB, six at a time). No header is set, so nothing can differ from what was signed (reference: oss-rest.md §15).
 */
import { type SendRequest, sendWithFetch, sendWithXhr } from "./send";
import type { PutAnswer, UploadBody } from "./types";

export type PutBlob = (
  url: string,
  body: UploadBody,
  signal: AbortSignal,
  onSent: (sentBytes: number) => void,
) => Promise<PutAnswer>;

function put(send: SendRequest): PutBlob {
  return (url, body, signal, onSent) => send({ method: "PUT", url, body, signal, onSent });
}

/** In browsers. */
export const putWithXhr: PutBlob = put(sendWithXhr);
/** Elsewhere. */
export const putWithFetch: PutBlob = put(sendWithFetch);
