/** In the browser: the way to a server that sums what it is sent and keeps nothing, for files that no disk here holds. */
import { combineCrc64 } from "@/lib/oss/upload/crc";
import { createHttpTransport } from "@/lib/oss/upload/http-transport";

export function discarding(origin) {
  const { put } = createHttpTransport("bench", "bench");
  return {
    put,
    sign: async (requests) => ({
      urls: requests.map(({ part }) => `${origin}/?partNumber=${part.number}`),
      expiresAt: Number.POSITIVE_INFINITY,
    }),
    initiate: async () => ({ uploadId: "bench" }),
    /** From the server's own sums of what arrived. */
    async complete() {
      const parts = await (await fetch(`${origin}/parts`)).json();
      return { sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0), crc64: combineCrc64(parts) };
    },
    abort: async () => {},
    listParts: async () => [],
    listSizes: async () => new Map(),
    stat: async () => undefined,
  };
}
