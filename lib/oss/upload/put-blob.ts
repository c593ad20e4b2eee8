/**
 * Sends one body to a signed URL. Large ones are Blobs, never ArrayBuffers: the browser streams them from disk, so memory
 * stays flat. No header is set, so nothing can differ from what was signed (reference: oss-rest.md §15).
 */
import { AppError } from "@/lib/errors";
import { fromOssXml } from "../errors";
import type { PutAnswer, UploadBody } from "./types";

export type PutBlob = (
  url: string,
  body: UploadBody,
  signal: AbortSignal,
  onSent: (sentBytes: number) => void,
) => Promise<PutAnswer>;

/** A connection that moves nothing for this long is dead, whatever the operating system thinks. */
const STALLED_MS = 60_000;

export function toAnswer(status: number, headers: Pick<Headers, "get">, text: string): PutAnswer {
  if (status < 200 || status >= 300) throw fromOssXml(status, text, headers.get("x-oss-request-id") ?? undefined);
  return { etag: headers.get("etag") ?? undefined, crc64: headers.get("x-oss-hash-crc64ecma") ?? undefined };
}

export function unreachable(cause?: unknown): AppError {
  return new AppError("network", { retryable: true, cause });
}

/** In browsers: only XMLHttpRequest tells how much of a body has left. */
export const putWithXhr: PutBlob = (url, body, signal, onSent) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let watchdog: ReturnType<typeof setTimeout>;
    const end = (settle: () => void) => {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => {
      end(() => reject(signal.reason));
      xhr.abort();
    };
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => {
        end(() => reject(new AppError("timeout", { retryable: true })));
        xhr.abort();
      }, STALLED_MS);
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    xhr.upload.onprogress = (event) => {
      watch();
      onSent(event.loaded);
    };
    xhr.onerror = () => end(() => reject(unreachable()));
    xhr.onload = () =>
      end(() => {
        try {
          // Asking for a header that is not exposed by name would log an error; the list leaves it out in silence.
          resolve(toAnswer(xhr.status, parseHeaders(xhr.getAllResponseHeaders()), xhr.responseText));
        } catch (error) {
          reject(error);
        }
      });
    xhr.open("PUT", url);
    watch();
    xhr.send(body);
  });

function parseHeaders(text: string): Pick<Headers, "get"> {
  const lines = text.split("\r\n").map((line) => line.split(/:\s*/, 2));
  const headers = new Map(lines.map(([name = "", value = ""]) => [name.toLowerCase(), value]));
  return { get: (name) => headers.get(name) ?? null };
}

/** Elsewhere (no progress within a body). */
export const putWithFetch: PutBlob = async (url, body, signal, onSent) => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method: "PUT", body, signal });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(error);
  }
  const answer = toAnswer(response.status, response.headers, text);
  onSent(body instanceof Blob ? body.size : body.byteLength);
  return answer;
};
