/** What happens after the last byte of a file: OSS puts the parts together, and its sum of the whole is compared with ours. */
import { combineCrc64 } from "./crc";
import type { FileWork } from "./file-work";
import { corrupted } from "./retry";
import type { StoredFile, UploadTransport } from "./types";

/** The CRC-64 that OSS keeps of it; undefined when it keeps none. */
export async function finishFile(
  work: FileWork,
  transport: UploadTransport,
  patiently: <T>(attempt: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { item } = work;
  const crc64 = combineCrc64(work.parts());
  const stored = await patiently(() => store(work, crc64, transport, signal));
  signal.throwIfAborted();
  const isEqual = stored?.sizeBytes === item.sizeBytes && (stored.crc64 === undefined || stored.crc64 === crc64);
  if (!isEqual) throw corrupted(item.path);
  return stored.crc64;
}

/** What OSS holds now. */
async function store(
  work: FileWork,
  crc64: string,
  transport: UploadTransport,
  signal: AbortSignal,
): Promise<StoredFile | undefined> {
  const { item, uploadId } = work;
  const done = work.parts();
  if (item.mode === "put" || uploadId === undefined) {
    return done[0]?.isProven ? { sizeBytes: item.sizeBytes, crc64 } : transport.stat(item.path, signal);
  }
  let etags = done.map((part, index) => ({ number: index + 1, etag: part.etag }));
  if (etags.some(({ etag }) => etag === undefined)) {
    const listed = await transport.listParts(item.path, uploadId, signal);
    const isSame = listed.every((part) => part.crc64 === undefined || part.crc64 === done[part.number - 1]?.crc64);
    if (!isSame || listed.length !== done.length) throw corrupted(item.path);
    etags = listed;
  }
  const list = etags.map(({ number, etag }) => ({ number, etag: etag ?? "" }));
  return transport.complete(item.path, uploadId, list, { sizeBytes: item.sizeBytes, crc64 }, signal);
}
