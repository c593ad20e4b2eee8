/** What happens before the first byte of a file: is it there already, is half of it there already, else begin. */
import { AppError } from "@/lib/errors";
import type { FileWork } from "./file-work";
import { isPartSize, partSizeBehind, partSizeOnLine } from "./plan";
import type { CheckpointStore, Checksum, ServerPart, UploadTransport } from "./types";

interface Parts {
  transport: UploadTransport;
  checksum: Checksum;
  checkpoints?: CheckpointStore;
}

interface Hints {
  /** An object of equal size lies at the target. */
  mayExist: boolean;
  /** OSS has a half-done upload of this key. */
  openUploadId?: string;
  /** What one connection moves, once that is known. */
  bytesPerSecond?: number;
  patiently<T>(attempt: () => Promise<T>): Promise<T>;
}

export async function openFile(
  work: FileWork,
  { transport, checksum, checkpoints }: Parts,
  { mayExist, openUploadId, bytesPerSecond, patiently }: Hints,
  signal: AbortSignal,
): Promise<"skip" | "send"> {
  const { item } = work;
  if (mayExist) {
    const stored = await patiently(() => transport.stat(item.path, signal));
    const isEqual = stored?.crc64 !== undefined && stored.sizeBytes === item.sizeBytes;
    if (isEqual && stored.crc64 === (await checksum(item.file.slice(0, item.sizeBytes), signal))) {
      work.crc64 = stored.crc64;
      return "skip";
    }
  }
  if (item.mode === "put" || work.uploadId !== undefined) return "send";
  const list = (uploadId: string) => patiently(() => transport.listParts(item.path, uploadId, signal));
  if (await resumeFrom(work, transport, checkpoints, list)) return "send";
  if (openUploadId === undefined || !(await takeParts(work, list, openUploadId))) {
    const { uploadId } = await patiently(() => transport.initiate(item.path, signal));
    work.cut(bytesPerSecond ? partSizeOnLine(item, bytesPerSecond) : item.partSizeBytes);
    work.uploadId = uploadId;
  }
  const uploadId = work.uploadId ?? "";
  const { sizeBytes, lastModified, partSizeBytes } = work.item;
  // Nobody waits for it: OSS lists the upload itself to whoever comes before it is remembered.
  void checkpoints?.save(item.path, { uploadId, sizeBytes, lastModified, partSizeBytes });
  return "send";
}

type ListParts = (uploadId: string) => Promise<ServerPart[]>;

/** OSS's own list says what is there; our memory only names the upload (style: uploader). */
async function resumeFrom(
  work: FileWork,
  transport: UploadTransport,
  checkpoints: CheckpointStore | undefined,
  list: ListParts,
): Promise<boolean> {
  const { item } = work;
  const saved = await checkpoints?.load(item.path);
  if (!saved) return false;
  const isSameFile =
    saved.sizeBytes === item.sizeBytes &&
    saved.lastModified === item.lastModified &&
    isPartSize(saved.partSizeBytes, item.sizeBytes);
  if (isSameFile && (await takeParts(work, list, saved.uploadId, saved.partSizeBytes))) return true;
  await transport.abort(item.path, saved.uploadId).catch(() => undefined);
  await checkpoints?.remove(item.path);
  return false;
}

/**
 * False when the upload was completed or aborted meanwhile, or is cut in a way that is not ours. Rejects when OSS cannot be
 * asked: gigabytes that may be there are not given up for that. A part counts only once its sum was compared with ours.
 */
async function takeParts(work: FileWork, list: ListParts, uploadId: string, knownPartSize?: number): Promise<boolean> {
  const parts = await list(uploadId).catch((error) => {
    if (error instanceof AppError && error.vendor?.code === "NoSuchUpload") return undefined;
    throw error;
  });
  const partSizeBytes = parts && (knownPartSize ?? partSizeBehind(parts, work.item));
  if (partSizeBytes === undefined) return false;
  work.cut(partSizeBytes);
  for (const part of parts ?? []) work.found.set(part.number - 1, part);
  work.uploadId = uploadId;
  return true;
}
