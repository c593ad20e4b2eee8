/** What happens before the first byte of a file: is it there already, is half of it there already, else begin. */
import type { FileWork } from "./file-work";
import type { CheckpointStore, Checksum, UploadTransport } from "./types";

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
  patiently<T>(attempt: () => Promise<T>): Promise<T>;
}

export async function openFile(
  work: FileWork,
  { transport, checksum, checkpoints }: Parts,
  { mayExist, openUploadId, patiently }: Hints,
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
  if (await resumeFrom(work, transport, checkpoints, signal)) return "send";
  if (openUploadId === undefined || !(await takeParts(work, transport, openUploadId, signal))) {
    const { uploadId } = await patiently(() => transport.initiate(item.path, signal));
    work.uploadId = uploadId;
  }
  const uploadId = work.uploadId ?? "";
  const { sizeBytes, lastModified, partSizeBytes } = item;
  await checkpoints?.save(item.path, { uploadId, sizeBytes, lastModified, partSizeBytes });
  return "send";
}

/** OSS's own list says what is there; our memory only names the upload (style: uploader). */
async function resumeFrom(
  work: FileWork,
  transport: UploadTransport,
  checkpoints: CheckpointStore | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { item } = work;
  const saved = await checkpoints?.load(item.path);
  if (!saved) return false;
  const isSameFile =
    saved.sizeBytes === item.sizeBytes &&
    saved.lastModified === item.lastModified &&
    saved.partSizeBytes === item.partSizeBytes;
  if (isSameFile && (await takeParts(work, transport, saved.uploadId, signal))) return true;
  await transport.abort(item.path, saved.uploadId).catch(() => undefined);
  await checkpoints?.remove(item.path);
  return false;
}

/** False when the upload was completed or aborted meanwhile. A part counts only once its sum was compared with ours. */
async function takeParts(
  work: FileWork,
  transport: UploadTransport,
  uploadId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (const part of await transport.listParts(work.item.path, uploadId, signal)) {
      work.found.set(part.number - 1, part);
    }
    work.uploadId = uploadId;
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
