/** Files and folders that a person dropped or chose → flat list with relative paths. Thousands without a frozen page. */

export interface CollectedFile {
  /** `/`-separated, beginning with the name of the dropped folder; an empty folder ends in `/`. */
  path: string;
  file: File;
}

export interface Collected {
  files: CollectedFile[];
  /** What the browser could not read: permissions, vanished files. */
  unreadable: string[];
  /** There was more than `FILES_MAX`. */
  truncated: boolean;
}

/** No model folder comes near; a home folder dropped by mistake does. */
export const FILES_MAX = 20_000;

/** How many `file()` calls are under way at once. */
const AT_ONCE = 32;

/** Not standard, whatever the typings say. */
type MaybeEntry = Omit<DataTransferItem, "webkitGetAsEntry"> & Partial<Pick<DataTransferItem, "webkitGetAsEntry">>;

interface CollectOptions {
  /** Hears how many files were found so far. */
  onProgress?: (count: number) => void;
  signal?: AbortSignal;
}

/**
 * Must be called within the drop event: the entries are taken before the first `await`, after which the browser empties
 * the transfer.
 */
export async function collectDropped(transfer: DataTransfer, options: CollectOptions = {}): Promise<Collected> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  // Not every browser on every device knows folders: their files are taken then.
  const entries = items.map((item: MaybeEntry) => item.webkitGetAsEntry?.() ?? null);
  const loose = items.map((item, index) => (entries[index] ? null : item.getAsFile()));
  const found = await walk(
    entries.filter((entry) => entry !== null),
    loose.filter((file) => file !== null),
    options,
  );
  return { ...found, files: inOrder(found.files) };
}

/** From `<input type="file">`, with or without `webkitdirectory`. */
export function collectChosen(list: FileList): Collected {
  const files = Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  return { files: inOrder(files.slice(0, FILES_MAX)), unreadable: [], truncated: files.length > FILES_MAX };
}

/** A disk hands its files out in an order of its own; what is said of them should be the same everywhere. */
export function inOrder(files: readonly CollectedFile[]): CollectedFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(
  roots: readonly FileSystemEntry[],
  loose: readonly File[],
  { onProgress, signal }: CollectOptions,
): Promise<Collected> {
  const found: Collected = {
    files: loose.map((file) => ({ path: file.name, file })),
    unreadable: [],
    truncated: false,
  };
  const queue = [...roots];
  for (let entry = queue.pop(); entry; entry = queue.pop()) {
    signal?.throwIfAborted();
    if (found.files.length >= FILES_MAX) return { ...found, truncated: true };
    if (isDirectory(entry)) {
      const children = await readAll(entry).catch(() => undefined);
      if (!children) found.unreadable.push(pathOf(entry));
      else if (children.length === 0) found.files.push({ path: `${pathOf(entry)}/`, file: new File([], entry.name) });
      else queue.push(...children.reverse());
      onProgress?.(found.files.length);
      continue;
    }
    const batch = [entry];
    while (batch.length < AT_ONCE && queue.length > 0 && !queue.at(-1)?.isDirectory) {
      const next = queue.pop();
      if (next) batch.push(next);
    }
    const files = await Promise.allSettled(batch.map((one) => fileOf(one)));
    for (const [index, result] of files.entries()) {
      const path = pathOf(batch[index] ?? entry);
      if (result.status === "fulfilled") found.files.push({ path, file: result.value });
      else found.unreadable.push(path);
    }
  }
  return found;
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\/+/, "");
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Chromium hands out 100 entries at a time, and an empty list at the end. */
async function readAll(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length <= FILES_MAX) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

function fileOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    if ("file" in entry && typeof entry.file === "function") entry.file(resolve, reject);
    else reject(new Error("not a file"));
  });
}
