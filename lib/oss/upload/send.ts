/** One request to OSS with a body, in browsers and elsewhere. */
import { AppError } from "@/lib/errors";
import { fromOssXml } from "../errors";
import type { PutAnswer } from "./types";

export interface Sending {
  method: "PUT" | "POST";
  url: string;
  /** Only what browsers send without a preflight. */
  type?: string;
  body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
  /** Hears the bytes that have left so far. To listen costs a preflight (reference: oss-rest.md §8). */
  onSent?: (sentBytes: number) => void;
}

export type SendRequest = (sending: Sending) => Promise<PutAnswer>;

/** A connection that moves nothing for this long is dead, whatever the operating system thinks. */
const STALLED_MS = 60_000;

/** Only XMLHttpRequest tells how much of a body has left; for small ones it costs browsers a fifth less than fetch. */
export const sendWithXhr: SendRequest = ({ method, url, type, body, signal, onSent }) =>
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
    if (onSent) {
      xhr.upload.onprogress = (event) => {
        watch();
        onSent(event.loaded);
      };
    }
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
    xhr.open(method, url);
    if (type) xhr.setRequestHeader("content-type", type);
    watch();
    xhr.send(body);
  });

/** Without progress within a body. */
export const sendWithFetch: SendRequest = async ({ method, url, type, body, signal, onSent }) => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method, body, signal, headers: type ? { "content-type": type } : {} });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(error);
  }
  const answer = toAnswer(response.status, response.headers, text);
  onSent?.(body instanceof Blob ? body.size : body.byteLength);
  return answer;
};

function toAnswer(status: number, headers: Pick<Headers, "get">, text: string): PutAnswer {
  if (status < 200 || status >= 300) throw fromOssXml(status, text, headers.get("x-oss-request-id") ?? undefined);
  return { etag: headers.get("etag") ?? undefined, crc64: headers.get("x-oss-hash-crc64ecma") ?? undefined };
}

function unreachable(cause?: unknown): AppError {
  return new AppError("network", { retryable: true, cause });
}

function parseHeaders(text: string): Pick<Headers, "get"> {
  const lines = text.split("\r\n").map((line) => line.split(/:\s*/, 2));
  const headers = new Map(lines.map(([name = "", value = ""]) => [name.toLowerCase(), value]));
  return { get: (name) => headers.get(name) ?? null };
}
