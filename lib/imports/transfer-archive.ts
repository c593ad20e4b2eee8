import { AppError } from "@/lib/errors";
import { BASE_FOLDERS, ROOT_FOLDERS } from "@/lib/models/container";
import { keyBelow } from "@/lib/oss/names";
import { WHOLE_PUT_MAX_BYTES } from "@/lib/oss/upload/plan";
import { type ArchiveEntry, tarEntries, zipEntries } from "./archive";
import { sendStream } from "./send-stream";
import type { Transfer } from "./transfer-types";

/** Folders that are content, not a wrapper around it. */
const CONTENT_FOLDERS: ReadonlySet<string> = new Set([...ROOT_FOLDERS, ...BASE_FOLDERS, "tf_ckpts", "resources"]);

/** `folder`: where the content goes, ending in `/` unless it is the model root itself. */
export async function fromArchive(
  to: Transfer,
  source: { url: string; format: "tar" | "zip" },
  folder: string,
): Promise<void> {
  const { remote, signal } = to;
  const entries =
    source.format === "tar"
      ? tarEntries(remote, source, signal, (bytes) => to.onProgress(bytes))
      : zipEntries(remote, source, signal);
  const unwrap = unwrapping(folder.replace(/\/$/, ""));
  let unpacked = 0;
  let isEmpty = true;
  for await (const entry of entries) {
    signal.throwIfAborted();
    isEmpty = false;
    await storeEntry(to, entry, folder + unwrap(entry.path));
    unpacked += entry.sizeBytes;
    if (source.format === "zip") to.onProgress(unpacked);
  }
  if (isEmpty) throw new AppError("not_found", { params: { what: "source", rule: "imports.errors.nothing" } });
}

/** Archives made of one folder are meant by their content: what is in it takes the place of the folder. */
function unwrapping(folder: string): (path: string) => string {
  let wrapper: string | undefined;
  return (path) => {
    const [first = "", ...rest] = path.split("/");
    wrapper ??= rest.length > 0 && (first === folder || !CONTENT_FOLDERS.has(first)) ? first : "";
    if (wrapper === "") return path;
    if (first !== wrapper || rest.length === 0)
      throw new AppError("invalid_input", { params: { field: "url", path, rule: "imports.errors.mixedArchive" } });
    return rest.join("/");
  };
}

async function storeEntry(to: Transfer, entry: ArchiveEntry, path: string): Promise<void> {
  const { oss, bucket, signal, entries } = to;
  const key = keyBelow(to.prefix, path);
  const known = entries.get(path);
  // An earlier attempt brought it; the archive itself has no way to begin in its middle.
  if (known?.etag !== undefined && (await oss.headObject(bucket, key))?.etag === known.etag) {
    for await (const _ of entry.body) signal.throwIfAborted();
    return;
  }
  if (known?.uploadId !== undefined) await oss.abortUpload(bucket, key, known.uploadId);
  // Before the first part goes, so that it is found if nobody comes to write down whose it is.
  if (entry.sizeBytes > WHOLE_PUT_MAX_BYTES) await entries.set(path, {});
  const { etag } = await sendStream(oss, { bucket, key, limitBytes: entry.sizeBytes }, entry.body, signal, {
    onBegin: (uploadId) => entries.set(path, { uploadId }),
  });
  await entries.set(path, { etag });
}
