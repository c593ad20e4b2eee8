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

/** Asks for one byte: servers that know no ranges answer with everything, which is not read. */
export async function probe(remote: Remote, { url, headers }: RemoteSource, signal: AbortSignal): Promise<RemoteFacts> {
  const answer = await remote.get(url, { headers: { ...headers, range: "bytes=0-0" }, signal });
  answer.body.destroy();
  const total = /\/(\d+)$/.exec(answer.headers["content-range"] ?? "")?.[1];
  if (answer.status === 206 && total !== undefined)
    return { sizeBytes: Number(total), ranged: true, validator: validatorOf(answer) };
  const length = answer.headers["content-length"];
  return {
    sizeBytes: length === undefined ? undefined : Number(length),
    ranged: false,
    validator: validatorOf(answer),
  };
}

/** Weak validators may not be used for ranges (RFC 9110 §13.1.5). */
function validatorOf({ headers }: RemoteAnswer): string | undefined {
  const { etag } = headers;
  return etag !== undefined && !etag.startsWith("W/") ? etag : headers["last-modified"];
}

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
  if (answer.status !== 206) {
    answer.body.destroy();
    throw new AppError("conflict", { params: { what: "source", rule: "imports.errors.changed" } });
  }
  const bytes = await readAll(answer.body, end - start);
  if (bytes.length !== end - start) throw new AppError("network", { retryable: true });
  return bytes;
}
