/** URLs that let a browser do one thing for a short time. They are bearer secrets: never logged (reference: oss-rest.md §15). */
import type OSS from "ali-oss";
import { toAppError } from "./errors";
import type { OssClient } from "./types";

type Presigner = Pick<OssClient, "presignGet" | "presignPut" | "presignParts">;

export function createPresigner(of: (bucket: string) => OSS): Presigner {
  async function sign(
    bucket: string,
    method: "GET" | "PUT",
    key: string,
    expiresSeconds: number,
    queries: Record<string, string | number>,
    sizeBytes?: number,
  ): Promise<string> {
    try {
      if (sizeBytes === undefined) return await of(bucket).signatureUrlV4(method, expiresSeconds, { queries }, key);
      // With the length among the signed headers OSS accepts a body of exactly this size (reference: oss-rest.md §5).
      const headers = { "content-length": String(sizeBytes) };
      return await of(bucket).signatureUrlV4(method, expiresSeconds, { headers, queries }, key, ["content-length"]);
    } catch (error) {
      throw toAppError(error);
    }
  }

  return {
    presignGet(bucket, key, { expiresSeconds, filename, process }) {
      const queries: Record<string, string> = {};
      if (filename) queries["response-content-disposition"] = contentDisposition(filename);
      if (process) queries["x-oss-process"] = process;
      return sign(bucket, "GET", key, expiresSeconds, queries);
    },
    presignPut(bucket, key, { sizeBytes, expiresSeconds }) {
      return sign(bucket, "PUT", key, expiresSeconds, {}, sizeBytes);
    },
    presignParts(bucket, key, { uploadId, parts, expiresSeconds }) {
      return Promise.all(
        parts.map(({ number, sizeBytes }) =>
          sign(bucket, "PUT", key, expiresSeconds, { partNumber: number, uploadId }, sizeBytes),
        ),
      );
    },
  };
}

/** An ASCII name for old readers, the true one in RFC 5987 form. */
function contentDisposition(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\]/g, "_");
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
