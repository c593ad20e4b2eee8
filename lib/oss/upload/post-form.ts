/**
 * Posts one small file as a form (PostObject; reference: oss-rest.md §17). The body is put together by hand: `FormData`
 * would make a Blob of bytes that are in memory already. Its type is one that browsers send without a preflight, and nobody
 * listens to how much has left, which would cost one too (reference: oss-rest.md §8).
 */

import { randomUuid } from "@/lib/random-uuid";
import { type SendRequest, sendWithFetch, sendWithXhr } from "./send";
import type { PutAnswer, SignedForm } from "./types";

/** Random, so that it occurs in no file. */
const BOUNDARY = `easel${randomUuid().replaceAll("-", "")}`;
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const encoder = new TextEncoder();
const TAIL = encoder.encode(`\r\n--${BOUNDARY}--\r\n`);

/** OSS puts the file's own name in its place, so such a path cannot be told by a form. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the vendor's placeholder.
const PLACEHOLDER = "${filename}";

export function isPostable(path: string): boolean {
  return !path.includes(PLACEHOLDER);
}

export type PostForm = (form: SignedForm, path: string, body: ArrayBuffer, signal: AbortSignal) => Promise<PutAnswer>;

function post(send: SendRequest): PostForm {
  return (form, path, body, signal) =>
    send({ method: "POST", url: form.url, type: TYPE, body: encodeForm(form, path, body), signal });
}

/** In browsers. */
export const postWithXhr: PostForm = post(sendWithXhr);
/** Elsewhere. */
export const postWithFetch: PostForm = post(sendWithFetch);

function encodeForm(form: SignedForm, path: string, body: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const fields = Object.entries({ ...form.fields, key: form.prefix + path })
    .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join("");
  // The file comes last: OSS reads no field behind it.
  const head = encoder.encode(
    `${fields}--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const whole = new Uint8Array(head.length + body.byteLength + TAIL.length);
  whole.set(head);
  whole.set(new Uint8Array(body), head.length);
  whole.set(TAIL, head.length + body.byteLength);
  return whole;
}
