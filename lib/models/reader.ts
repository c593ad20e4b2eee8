import { AppError } from "@/lib/errors";
import type { ModelFile } from "./types";

/** All reads of one check together: enough for every header of a model, far too little to download one by accident. */
export const MAX_BYTES_READ = 4 * 1024 * 1024;

/** The one door to the content of files during a check: counts, and refuses what would go over the limit. */
export interface Reader {
  /** `undefined` when the budget is used up. Shorter than asked for when the file is. */
  read(file: ModelFile, start: number, end: number): Promise<Uint8Array | undefined>;
  bytesRead(): number;
}

/** A file that the browser or the bucket lists but does not give. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

export function createReader(signal?: AbortSignal): Reader {
  let reserved = 0;
  let done = 0;
  return {
    async read(file, start, end) {
      const last = Math.min(end, file.sizeBytes);
      const length = Math.max(0, last - start);
      if (length === 0) return new Uint8Array();
      if (reserved + length > MAX_BYTES_READ) return undefined;
      reserved += length;
      const bytes = await file.read(start, last, signal).catch((error: unknown) => {
        // Cancelled, or the connection as a whole fails: that is no finding about the model.
        if (signal?.aborted || error instanceof AppError) throw error;
        throw new UnreadableError(file.path, { cause: error });
      });
      done += bytes.length;
      return bytes;
    },
    bytesRead: () => done,
  };
}
