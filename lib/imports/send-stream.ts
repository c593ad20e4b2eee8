import { createCRC64, type IHasher } from "hash-wasm";
import { AppError } from "@/lib/errors";
import type { OssClient } from "@/lib/oss/types";
import { combineCrc64 } from "@/lib/oss/upload/crc";
import { WHOLE_PUT_MAX_BYTES } from "@/lib/oss/upload/plan";
import { tooLong } from "./remote";

/** The CRC-64 of OSS, as unsigned decimal (reference: oss-rest.md §10). One instance does one piece at a time. */
export async function createCrc(): Promise<(bytes: Uint8Array) => string> {
  const hasher: IHasher = await createCRC64();
  return (bytes) => BigInt(`0x${hasher.init().update(bytes).digest("hex")}`).toString();
}

/** Memory for one part; a stream of unknown length must fit OSS's 10,000 parts: 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

export interface Sent {
  sizeBytes: number;
  crc64: string;
  etag: string;
}

interface StreamTarget {
  bucket: string;
  key: string;
  /** More than this is not what was announced. */
  limitBytes: number;
}

export interface StreamEvents {
  /** Parts are about to go; whoever finds them later knows whose they are. */
  onBegin?(uploadId: string): Promise<void>;
  onPart?(bytes: number): void;
}

/**
 * Sends bytes of unknown length as one object, a part at a time; each part and the whole are compared with what OSS
 * computed. What is small goes in one piece. An upload that fails is aborted.
 */
export async function sendStream(
  oss: OssClient,
  { bucket, key, limitBytes }: StreamTarget,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  { onBegin, onPart }: StreamEvents = {},
): Promise<Sent> {
  const crc = await createCrc();
  const chunks: { etag: string; number: number; crc64: string; sizeBytes: number }[] = [];
  let uploadId: string | undefined;
  try {
    for await (const piece of pieces(body, limitBytes)) {
      signal.throwIfAborted();
      if (piece.last && uploadId === undefined && piece.bytes.length <= WHOLE_PUT_MAX_BYTES) {
        await oss.putObject(bucket, key, piece.bytes);
        const sent = { sizeBytes: piece.bytes.length, crc64: crc(piece.bytes) };
        const { etag } = await expectStored(oss, { bucket, key }, sent);
        onPart?.(sent.sizeBytes);
        return { ...sent, etag };
      }
      if (uploadId === undefined) {
        uploadId = (await oss.initiateUpload(bucket, key)).uploadId;
        await onBegin?.(uploadId);
      }
      const number = chunks.length + 1;
      const crc64 = crc(piece.bytes);
      const { etag, crc64: stored } = await oss.uploadPart(
        bucket,
        key,
        { uploadId, number, body: piece.bytes },
        signal,
      );
      if (stored !== undefined && stored !== crc64) throw corrupted(key);
      chunks.push({ number, etag, crc64, sizeBytes: piece.bytes.length });
      onPart?.(piece.bytes.length);
    }
    const sent = { sizeBytes: chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), crc64: combineCrc64(chunks) };
    const head = await oss.completeUpload(bucket, key, uploadId ?? "", chunks, sent);
    if (head.crc64 !== undefined && head.crc64 !== sent.crc64) throw corrupted(key);
    return { ...sent, etag: head.etag };
  } catch (error) {
    if (uploadId !== undefined) await oss.abortUpload(bucket, key, uploadId).catch(() => undefined);
    throw error;
  }
}

async function expectStored(
  oss: OssClient,
  { bucket, key }: { bucket: string; key: string },
  sent: { sizeBytes: number; crc64: string },
) {
  const head = await oss.headObject(bucket, key);
  if (head?.sizeBytes !== sent.sizeBytes || (head.crc64 !== undefined && head.crc64 !== sent.crc64))
    throw corrupted(key);
  return head;
}

/** The bytes changed between here and there; the same again may go well. */
export function corrupted(key: string): AppError {
  return new AppError("upstream", { params: { key, rule: "imports.errors.corrupted" }, retryable: true });
}

/** Pieces of exactly the part size, the last one shorter; an empty body is one empty piece. */
async function* pieces(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<{ bytes: Uint8Array; last: boolean }> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let total = 0;
  for await (const chunk of body) {
    waiting.push(chunk);
    size += chunk.length;
    total += chunk.length;
    if (total > limitBytes) throw tooLong();
    // Only once more than a part is there it is known not to be the last.
    while (size > PART_BYTES) {
      const all = Buffer.concat(waiting);
      yield { bytes: all.subarray(0, PART_BYTES), last: false };
      waiting = [all.subarray(PART_BYTES)];
      size -= PART_BYTES;
    }
  }
  yield { bytes: Buffer.concat(waiting), last: true };
}
