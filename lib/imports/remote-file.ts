import { AppError } from "@/lib/errors";
import { type Remote, type RemoteAnswer, readAll } from "./remote";

/** A file at an address, as its first answer describes it. */
export interface RemoteFacts {
  /** Absent when the server does not say. */
  sizeBytes?: number;
  /** Ranges can be read, so that a transfer can go on where it stopped. */
  ranged: boolean;
  /** Changes with the content; sent along with each range, so that two versions are never mixed. */
  validator?: string;
}

export interface RemoteSource {
  url: string;
  headers?: Readonly<Record<string, string>>;
}

/**
 * Asks for one byte: servers that know no ranges answer with everything, which is not read. Ranges are of use only where the
 * server also says which version they are of.
 */
export async function probe(remote: Remote, { url, headers }: RemoteSource, signal: AbortSignal): Promise<RemoteFacts> {
  const asked = remote.get(url, { headers: { ...headers, range: "bytes=0-0" }, signal });
  const answer = await asked.catch(emptyFile);
  if (answer === undefined) return { ranged: false };
  answer.body.destroy();
  const validator = validatorOf(answer);
  const total = /^bytes 0-0\/(\d{1,15})$/.exec(answer.headers["content-range"] ?? "")?.[1];
  if (answer.status === 206) {
    if (total === undefined) return { ranged: false, validator };
    return { sizeBytes: Number(total), ranged: validator !== undefined, validator };
  }
  const length = answer.headers["content-length"];
  return { sizeBytes: length === undefined ? undefined : Number(length), ranged: false, validator };
}

/** Of an empty file there is no first byte. */
function emptyFile(error: unknown): undefined {
  if (error instanceof AppError && error.vendor?.status === 416) return undefined;
  throw error;
}

/** Weak validators may not be used for ranges (RFC 9110 §13.1.5). */
function validatorOf({ headers }: RemoteAnswer): string | undefined {
  const { etag } = headers;
  return etag !== undefined && !etag.startsWith("W/") ? etag : headers["last-modified"];
}

const changed = () => new AppError("conflict", { params: { what: "source", rule: "imports.errors.changed" } });

/** Bytes `start` (inclusive) to `end` (exclusive); never of another version than `facts` describes. */
export async function readRange(
  remote: Remote,
  source: RemoteSource,
  facts: RemoteFacts,
  { start, end }: { start: number; end: number },
  signal: AbortSignal,
): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const headers: Record<string, string> = { ...source.headers, range: `bytes=${start}-${end - 1}` };
  if (facts.validator !== undefined) headers["if-range"] = facts.validator;
  const answer = await remote.get(source.url, { headers, signal });
  // Not every server that knows ranges looks at If-Range; what it answers with is compared all the same.
  const isSame =
    answer.status === 206 &&
    answer.headers["content-range"] === `bytes ${start}-${end - 1}/${facts.sizeBytes}` &&
    validatorOf(answer) === facts.validator;
  if (!isSame) {
    answer.body.destroy();
    throw changed();
  }
  const bytes = await readAll(answer.body, end - start);
  if (bytes.length !== end - start) throw new AppError("network", { retryable: true });
  return bytes;
}

/** The whole file as a stream, plain, of the version that `facts` describes as far as they do. */
export async function readWhole(
  remote: Remote,
  source: RemoteSource,
  facts: RemoteFacts,
  signal: AbortSignal,
): Promise<RemoteAnswer> {
  const answer = await remote.get(source.url, { headers: source.headers, signal });
  const { "content-encoding": encoding = "identity", "content-length": length } = answer.headers;
  const isOther = facts.sizeBytes !== undefined && length !== undefined && Number(length) !== facts.sizeBytes;
  if (answer.status === 200 && encoding === "identity" && !isOther) return answer;
  answer.body.destroy();
  if (isOther) throw changed();
  throw new AppError("upstream", { params: { rule: "imports.errors.encoded" } });
}
