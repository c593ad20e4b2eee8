import { and, eq } from "drizzle-orm";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { Clock } from "@/lib/clock";
import { AppError, toErrorView } from "@/lib/errors";
import type { OssClient } from "@/lib/oss/types";
import type { Database } from "@/lib/store/database";
import { importFiles, imports } from "@/lib/store/schema/imports";
import { discardHalfDone, discardOrphans, openEntryBook } from "./half-done";
import { IMPORT_FOLDERS, type ImportState } from "./kinds";
import { FileSourceSchema, type Hubs, planImport } from "./plan-import";
import type { PresetId, PresetSource } from "./presets";
import type { Remote } from "./remote";
import { ImportSourceSchema } from "./schemas";
import { fileSeal, importSeal, openJson, sealJson } from "./sealed";
import type { ImportRow } from "./store";
import { transferFile } from "./transfer";

export interface ImportWorld {
  db: Database;
  clock: Clock;
  box: SecretBox;
  remote: Remote;
  hubs: Hubs;
  /** What the presets stand for, when not what the document says. */
  presets?: (id: PresetId) => PresetSource;
  /** Undefined when the connection is gone. */
  openOss(connectionId: string): Promise<OssClient | undefined>;
  /** Everything lies in its place. What goes wrong here does not undo that. */
  onDone?(row: ImportRow): Promise<void>;
  /** Waits before the next attempts after trouble on the way; after the last one it is given up. */
  pausesMs?: readonly number[];
}

const PAUSES_MS = [5_000, 15_000, 60_000, 300_000, 900_000];
/** Progress is written at most so often. */
const WRITE_MS = 500;

/**
 * Works on one import until it is over or must pause. Everything it learns is in the store before it acts on it, so that
 * another process can go on from there at any moment. The caller holds the import's lock.
 */
export async function runImport(world: ImportWorld, id: string, signal: AbortSignal): Promise<void> {
  const { db } = world;
  const [row] = await db.select().from(imports).where(eq(imports.id, id));
  if (!row) return;
  let progressed = false;
  try {
    if (row.cancelled) throw new AppError("cancelled");
    const oss = await world.openOss(row.connectionId);
    if (!oss) throw new AppError("not_found", { params: { what: "connection" } });
    const watched = watchCancellation(world, id, signal);
    try {
      await plan(world, oss, row, watched.signal);
      await copyAll(world, oss, row, watched.signal, () => {
        progressed = true;
      });
    } finally {
      watched.stop();
    }
    await world.onDone?.(row);
    await setState(world, id, "done", { error: null, notBefore: null });
  } catch (error) {
    // The process ends, not the import: whoever comes next goes on.
    if (signal.aborted) return;
    await settleFailure(world, row, error, progressed);
  }
}

async function plan(world: ImportWorld, oss: OssClient, row: ImportRow, signal: AbortSignal): Promise<void> {
  const { db, box, remote, hubs, presets } = world;
  const [known] = await db.select().from(importFiles).where(eq(importFiles.importId, row.id)).limit(1);
  if (known) return;
  await setState(world, row.id, "looking");
  const source = openJson(box, row.source, ImportSourceSchema, importSeal(row.id));
  const folder = IMPORT_FOLDERS.find((name) => name === row.folder) ?? "";
  const files = await planImport({ remote, oss, hubs, signal, presets }, source, folder);
  const rows = files.map(({ path, sizeBytes, source: from }) => ({
    importId: row.id,
    path,
    sizeBytes,
    source: sealJson(box, from, fileSeal(row.id, path)),
  }));
  await db.transaction(async (tx) => {
    for (let from = 0; from < rows.length; from += 1000)
      await tx
        .insert(importFiles)
        .values(rows.slice(from, from + 1000))
        .onConflictDoNothing();
  });
}

async function copyAll(
  world: ImportWorld,
  oss: OssClient,
  row: ImportRow,
  signal: AbortSignal,
  onGain: () => void,
): Promise<void> {
  const { db, clock, box, remote, hubs } = world;
  // Left so by a process that ended in the middle of it.
  if (row.state === "copying") await discardOrphans(db, oss, row);
  await setState(world, row.id, "copying");
  const entries = await openEntryBook(db, row.id);
  const files = await db
    .select()
    .from(importFiles)
    .where(and(eq(importFiles.importId, row.id), eq(importFiles.done, false)))
    .orderBy(importFiles.path);
  for (const file of files) {
    signal.throwIfAborted();
    const here = and(eq(importFiles.importId, row.id), eq(importFiles.path, file.path));
    let written = 0;
    let latest: { doneBytes: number; sizeBytes?: number } = { doneBytes: file.doneBytes };
    const write = () => db.update(importFiles).set(latest).where(here);
    await transferFile(
      {
        remote,
        oss,
        hubs,
        bucket: row.bucket,
        prefix: row.prefix,
        signal,
        entries,
        onProgress(doneBytes, sizeBytes) {
          if (doneBytes > file.doneBytes) onGain();
          latest = sizeBytes === undefined ? { doneBytes } : { doneBytes, sizeBytes };
          if (clock.now() - written < WRITE_MS) return;
          written = clock.now();
          // Only what is shown; the truth about parts is asked of OSS.
          write().catch(() => undefined);
        },
        remember: async (state) => {
          await db.update(importFiles).set(state).where(here);
        },
      },
      {
        path: file.path,
        source: openJson(box, file.source, FileSourceSchema, fileSeal(row.id, file.path)),
        sizeBytes: file.sizeBytes ?? undefined,
      },
      {
        uploadId: file.uploadId ?? undefined,
        validator: file.validator ?? undefined,
        sumParts: file.sumParts ?? undefined,
        sumState: file.sumState ?? undefined,
      },
    ).catch(async (error: unknown) => {
      // What counts as a gain next time is more than this attempt had.
      await write();
      throw error;
    });
    await db
      .update(importFiles)
      .set({ ...latest, done: true, uploadId: null })
      .where(here);
  }
}

/** A person's wish reaches the process that works on it through the store, whichever process that is. */
function watchCancellation({ db, clock }: ImportWorld, id: string, signal: AbortSignal) {
  const cancelling = new AbortController();
  const stopping = new AbortController();
  const watch = async () => {
    for (;;) {
      await clock.sleep(1_000, stopping.signal);
      const [row] = await db.select({ cancelled: imports.cancelled }).from(imports).where(eq(imports.id, id));
      if (row?.cancelled !== false) return cancelling.abort(new AppError("cancelled"));
    }
  };
  watch().catch(() => undefined);
  return {
    signal: AbortSignal.any([signal, cancelling.signal]),
    stop: () => stopping.abort(new Error("the import is over")),
  };
}

async function settleFailure(world: ImportWorld, row: ImportRow, reason: unknown, progressed: boolean): Promise<void> {
  const { db, clock } = world;
  const [now] = await db.select().from(imports).where(eq(imports.id, row.id));
  if (!now) return;
  if (now.cancelled) {
    await discardHalfDone(db, await world.openOss(row.connectionId), row);
    return setState(world, row.id, "cancelled", { error: null });
  }
  const error = reason instanceof AppError ? reason : new AppError("internal", { cause: reason });
  // An attempt that brought something counts as the first one: a long way may break many times.
  const attempts = progressed ? 0 : now.attempts;
  const pause = error.retryable ? (world.pausesMs ?? PAUSES_MS)[attempts] : undefined;
  if (pause === undefined) return setState(world, row.id, "failed", { error: toErrorView(error) });
  await setState(world, row.id, "waiting", {
    error: toErrorView(error),
    attempts: attempts + 1,
    notBefore: new Date(clock.now() + pause),
  });
}

async function setState(
  { db, clock }: ImportWorld,
  id: string,
  state: ImportState,
  more: Partial<typeof imports.$inferInsert> = {},
): Promise<void> {
  await db
    .update(imports)
    .set({ state, updatedAt: new Date(clock.now()), ...more })
    .where(eq(imports.id, id));
}
