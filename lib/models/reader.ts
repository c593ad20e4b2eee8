import { AppError } from "@/lib/errors";
import type { ModelFile } from "./types";

/** All reads of one check together: enough for every header of a model, far too little to download one by accident. */
export const MAX_BYTES_READ = 4 * 1024 * 1024;

/** Reads under way at once: hides the way to OSS and back, and leaves connections for the rest of the page. */
const MAX_PARALLEL = 8;

/** The one door to the content of files during a check: counts, and refuses what would go over the limit. */
export interface Reader {
  /** `undefined` when the budget is used up. Shorter than asked for when the file is. */
  read(file: ModelFile, start: number, end: number): Promise<Uint8Array | undefined>;
  bytesRead(): number;
  /** What may still be read. */
  bytesLeft(): number;
}

/** A file that the browser or the bucket lists but does not give. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

interface Piece {
  start: number;
  end: number;
  bytes: Promise<Uint8Array>;
}

/** What was read once is kept: trying out a repair reads nothing again. */
export function createReader(signal?: AbortSignal): Reader {
  let reserved = 0;
  let done = 0;
  const known = new Map<ModelFile, Piece[]>();
  const enter = gate(MAX_PARALLEL);

  async function fetchPiece(file: ModelFile, start: number, end: number): Promise<Uint8Array> {
    const leave = await enter();
    try {
      signal?.throwIfAborted();
      const bytes = await file.read(start, end, signal);
      done += bytes.length;
      // A file that has shrunk since it was listed answers with less; one that answers with more is cut.
      return bytes.length > end - start ? bytes.subarray(0, end - start) : bytes;
    } catch (error) {
      // Cancelled, or the connection as a whole fails: that is no finding about the model.
      if (signal?.aborted || error instanceof AppError) throw error;
      throw new UnreadableError(file.path, { cause: error });
    } finally {
      leave();
    }
  }

  return {
    async read(file, start, end) {
      const first = Math.max(0, start);
      const last = Math.min(end, file.sizeBytes);
      if (last <= first) return new Uint8Array();
      const pieces = known.get(file) ?? [];
      const has = pieces.find((piece) => piece.start <= first && last <= piece.end);
      if (has) return (await has.bytes).subarray(first - has.start, last - has.start);
      if (reserved + (last - first) > MAX_BYTES_READ) return undefined;
      reserved += last - first;
      const bytes = fetchPiece(file, first, last);
      known.set(file, [...pieces, { start: first, end: last, bytes }]);
      return bytes;
    },
    bytesRead: () => done,
    bytesLeft: () => MAX_BYTES_READ - reserved,
  };
}

/** Lets `limit` callers in at once; each gets a function to leave by. */
function gate(limit: number): () => Promise<() => void> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else inside -= 1;
  }
  return async () => {
    if (inside < limit) inside += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
