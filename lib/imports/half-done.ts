import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { OssClient } from "@/lib/oss/types";
import type { Database } from "@/lib/store/database";
import { importEntries, importFiles } from "@/lib/store/schema/imports";
import type { ImportRow } from "./store";
import type { EntryBook } from "./transfer-types";

/** What attempts of an import leave behind on their way, and how it is taken up or thrown away. */

export async function openEntryBook(db: Database, importId: string): Promise<EntryBook> {
  const rows = await db.select().from(importEntries).where(eq(importEntries.importId, importId));
  const known = new Map(
    rows.map(({ path, uploadId, etag }) => [path, { uploadId: uploadId ?? undefined, etag: etag ?? undefined }]),
  );
  return {
    get: (path) => known.get(path),
    async set(path, { uploadId = null, etag = null }: { uploadId?: string | null; etag?: string | null }) {
      const { importId: id, path: at } = importEntries;
      await db
        .insert(importEntries)
        .values({ importId, path, uploadId, etag })
        .onConflictDoUpdate({ target: [id, at], set: { uploadId, etag } });
    },
  };
}

/**
 * What was finished stays; half a file helps nobody. What OSS could not be told now is known still, and told at the next
 * occasion. Without the connection there is nobody to tell.
 */
export async function discardHalfDone(db: Database, oss: OssClient | undefined, row: ImportRow): Promise<void> {
  const isGone = async (path: string, uploadId: string | null) => {
    if (uploadId === null || !oss) return true;
    return oss.abortUpload(row.bucket, row.prefix + path, uploadId).then(
      () => true,
      () => false,
    );
  };
  const isHalf = and(eq(importFiles.importId, row.id), eq(importFiles.done, false));
  for (const { path, uploadId } of await db.select().from(importFiles).where(isHalf)) {
    if (!(await isGone(path, uploadId))) continue;
    const here = and(isHalf, eq(importFiles.path, path));
    await db.update(importFiles).set({ uploadId: null, validator: null, doneBytes: 0 }).where(here);
  }
  const ofImport = and(eq(importEntries.importId, row.id), isNotNull(importEntries.uploadId));
  for (const { path, uploadId } of await db.select().from(importEntries).where(ofImport)) {
    if (await isGone(path, uploadId)) await db.delete(importEntries).where(and(ofImport, eq(importEntries.path, path)));
  }
}

/** Of one model root; an import has two on the way at most. */
const OPEN_UPLOADS_MAX = 1000;
/** OSS refuses whose clock differs from its own by more. */
const CLOCKS_MS = 15 * 60_000;

/**
 * A process that died between the beginning of an upload and the note of it left parts that nobody knows and somebody pays.
 * Such an upload is of a file that this import was at, younger than the import, and noted nowhere.
 */
export async function discardOrphans(db: Database, oss: OssClient, row: ImportRow): Promise<void> {
  const files = await db
    .select({ path: importFiles.path, uploadId: importFiles.uploadId })
    .from(importFiles)
    .where(and(eq(importFiles.importId, row.id), eq(importFiles.done, false)));
  const entries = await db
    .select({ path: importEntries.path, uploadId: importEntries.uploadId })
    .from(importEntries)
    .where(and(eq(importEntries.importId, row.id), isNull(importEntries.etag)));
  const begun = new Map([...files, ...entries].map(({ path, uploadId }) => [row.prefix + path, uploadId]));
  for (const { key, uploadId, initiatedAt } of await oss.listUploads(row.bucket, row.prefix, OPEN_UPLOADS_MAX)) {
    const isOurs =
      begun.has(key) && begun.get(key) !== uploadId && Date.parse(initiatedAt) >= row.createdAt.getTime() - CLOCKS_MS;
    if (isOurs) await oss.abortUpload(row.bucket, key, uploadId);
  }
}
