import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { keyBelow } from "@/lib/oss/names";
import { Path } from "@/lib/oss/upload/wire";
import { uploadTarget } from "./target";

/** Parts are larger only in files of more than 128 GiB, which nobody sends this way. */
const RELAY_MAX_BYTES = 64 * 1024 * 1024;
/** Time for OSS to take the body's beginning. */
const EXPIRES_SECONDS = 600;

export const RelaySchema = z.object({
  path: Path,
  sizeBytes: z.coerce.number().int().min(0).max(RELAY_MAX_BYTES),
  uploadId: z.string().min(1).max(512).optional(),
  number: z.coerce.number().int().min(1).max(10_000).optional(),
});

/**
 * One body on its way from a browser that cannot reach the bucket: streamed, never held. OSS's answer comes back as it is,
 * so that the uploader in the page reads it as if it had come from there; the signed length keeps it to what was asked for.
 */
export async function relayBody(
  ctx: Context,
  id: string,
  { path, sizeBytes, uploadId, number }: z.output<typeof RelaySchema>,
  request: Request,
): Promise<Response> {
  const { bucket, prefix } = await uploadTarget(ctx, id);
  if (request.headers.get("content-length") !== String(sizeBytes)) {
    throw new AppError("invalid_input", { params: { field: "content-length" } });
  }
  const key = keyBelow(prefix, path);
  const url = await addressOf(ctx, bucket, key, { sizeBytes, uploadId, number });
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "PUT",
      headers: { "content-length": String(sizeBytes) },
      body: sizeBytes === 0 ? new Uint8Array() : request.body,
      signal: ctx.signal,
      // Node asks for it with streamed bodies; its own typings do not know it.
      ...{ duplex: "half" },
    });
  } catch (cause) {
    throw new AppError("network", { retryable: true, cause });
  }
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of ["etag", "x-oss-hash-crc64ecma", "x-oss-request-id"]) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(await answer.text(), { status: answer.status, headers });
}

async function addressOf(
  { oss }: Context,
  bucket: string,
  key: string,
  { sizeBytes, uploadId, number }: Omit<z.output<typeof RelaySchema>, "path">,
): Promise<string> {
  const expiresSeconds = EXPIRES_SECONDS;
  if (uploadId === undefined || number === undefined) return oss.presignPut(bucket, key, { sizeBytes, expiresSeconds });
  const [url = ""] = await oss.presignParts(bucket, key, { uploadId, parts: [{ number, sizeBytes }], expiresSeconds });
  return url;
}
