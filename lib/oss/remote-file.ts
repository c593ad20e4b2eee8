import { fetchBytes, inConnection } from "@/lib/fetch-json";
import type { ModelFile } from "@/lib/models/types";

/** An object below a model root as the page sees it: read in small pieces, through the console. */
export function remoteFile(
  connectionId: string,
  { bucket, prefix }: { bucket: string; prefix: string },
  { path, sizeBytes }: { path: string; sizeBytes: number },
): ModelFile {
  return {
    path,
    sizeBytes,
    read(start, end, signal) {
      const range = { start: String(start), end: String(Math.min(end, sizeBytes)) };
      const query = new URLSearchParams({ bucket, key: prefix + path, ...range });
      return fetchBytes(inConnection(connectionId, `/api/oss/range?${query}`), signal);
    },
  };
}
