/** Half-done uploads, remembered by the browser across reloads. Where it cannot (private windows), nothing is remembered. */
import type { Checkpoint, CheckpointStore } from "./types";

const NAME = "easel-uploads";
const TABLE = "checkpoints";

/** An earlier release of the console may have written it. */
function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== "object" || value === null) return false;
  const { uploadId, sizeBytes, lastModified, partSizeBytes } = value as Record<string, unknown>;
  return typeof uploadId === "string" && [sizeBytes, lastModified, partSizeBytes].every(Number.isFinite);
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** `target` sets uploads to different connections, buckets and prefixes apart. */
export function createIndexedCheckpoints(target: string): CheckpointStore {
  // Opened ahead: the first time it is made, which takes a while, and the first large file would wait for it.
  const database = open();
  database.catch(() => undefined);
  const key = (path: string) => `${target}\n${path}`;

  async function run<T>(
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> {
    try {
      const table = (await database).transaction(TABLE, mode).objectStore(TABLE);
      return await new Promise<T>((resolve, reject) => {
        const request = work(table);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    } catch {
      // The upload goes on; only a later visit starts this file from the beginning.
      return undefined;
    }
  }

  return {
    async load(path) {
      const found = await run<unknown>("readonly", (table) => table.get(key(path)));
      return isCheckpoint(found) ? found : undefined;
    },
    async save(path, checkpoint) {
      await run("readwrite", (table) => table.put(checkpoint, key(path)));
    },
    async remove(path) {
      await run("readwrite", (table) => table.delete(key(path)));
    },
  };
}
