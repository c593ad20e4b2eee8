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
  patiently<T>(attempt: () => Promise<T>): Promise<T>;
}

export async function openFile(
  work: FileWork,
  { transport, checksum, checkpoints }: Parts,
  { mayExist, patiently }: Hints,
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
  const { uploadId } = await patiently(() => transport.initiate(item.path, signal));
  work.uploadId = uploadId;
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
  if (isSameFile) {
    try {
      for (const part of await transport.listParts(item.path, saved.uploadId, signal)) {
        work.found.set(part.number - 1, part);
      }
      work.uploadId = saved.uploadId;
      return true;
    } catch {
      signal.throwIfAborted();
      // Completed or aborted meanwhile: begin anew.
    }
  }
  await transport.abort(item.path, saved.uploadId).catch(() => undefined);
  await checkpoints?.remove(item.path);
  return false;
}
