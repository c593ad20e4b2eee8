/**
 * The folders dropped last, remembered across reloads where the browser hands out handles (Chromium): to go on with an
 * upload then takes one click and the browser's own question, not a new search for the folder.
 */
import { type Collected, FILES_MAX, inOrder } from "./collect-files";

/** What typings lack. */
interface Permitted {
  requestPermission?(options: { mode: "read" }): Promise<PermissionState>;
}
type Folder = FileSystemDirectoryHandle & Permitted;
type Item = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };

const NAME = "easel-folders";
const TABLE = "folders";
const LAST = "last";

/** Must be called within the drop event, as everything that reads a transfer. */
export async function rememberFolders(transfer: DataTransfer): Promise<void> {
  const asked = [...transfer.items].map((item: Item) => item.getAsFileSystemHandle?.());
  const handles = await Promise.all(asked.map((handle) => handle?.catch(() => null)));
  const isWhole = handles.length > 0 && handles.every((handle) => handle?.kind === "directory");
  if (isWhole) await inTable("readwrite", (table) => table.put(handles, LAST));
  else await inTable("readwrite", (table) => table.delete(LAST));
}

export async function rememberedFolders(): Promise<Folder[]> {
  const found = await inTable<unknown>("readonly", (table) => table.get(LAST));
  return Array.isArray(found) ? found : [];
}

/** Asks for the right to read them again; undefined when that is refused or a folder is gone. Needs a person's click. */
export async function readFolders(folders: readonly Folder[]): Promise<Collected | undefined> {
  const collected: Collected = { files: [], unreadable: [], truncated: false };
  for (const folder of folders) {
    const right = await folder.requestPermission?.({ mode: "read" }).catch(() => "denied");
    if (right === "denied" || right === "prompt") return undefined;
    try {
      await walk(folder, folder.name, collected);
    } catch {
      return undefined;
    }
  }
  return { ...collected, files: inOrder(collected.files) };
}

async function walk(folder: FileSystemDirectoryHandle, path: string, into: Collected): Promise<void> {
  let isEmpty = true;
  for await (const [name, handle] of folder.entries()) {
    isEmpty = false;
    if (into.files.length >= FILES_MAX) {
      into.truncated = true;
      return;
    }
    const at = `${path}/${name}`;
    if (isFolder(handle)) await walk(handle, at, into);
    else if (isFile(handle)) {
      await handle.getFile().then(
        (file) => into.files.push({ path: at, file }),
        () => into.unreadable.push(at),
      );
    }
  }
  if (isEmpty) into.files.push({ path: `${path}/`, file: new File([], folder.name) });
}

const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === "directory";
const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === "file";

async function inTable<T>(
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      return await new Promise<T>((resolve, reject) => {
        const request = work(database.transaction(TABLE, mode).objectStore(TABLE));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    } finally {
      database.close();
    }
  } catch {
    // Without a memory the folder is dropped again.
    return undefined;
  }
}
