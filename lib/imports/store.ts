import { and, desc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { Database } from "@/lib/store/database";
import { users } from "@/lib/store/schema/auth";
import { importFiles, imports } from "@/lib/store/schema/imports";
import { IMPORT_STATES } from "./kinds";
import { FileSourceSchema } from "./plan-import";
import { ImportErrorSchema, ImportSourceSchema, type ImportView } from "./schemas";
import { fileSeal, sealJson, sealSource, shownOf } from "./sealed";

export type ImportRow = typeof imports.$inferSelect;

const WORKING = ["waiting", "looking", "copying"] as const;

/** What somebody should work on now, the oldest first. */
export async function dueImports(db: Database, now: Date): Promise<string[]> {
  const rows = await db
    .select({ id: imports.id })
    .from(imports)
    .where(and(inArray(imports.state, [...WORKING]), or(isNull(imports.notBefore), lte(imports.notBefore, now))))
    .orderBy(imports.createdAt)
    .limit(50);
  return rows.map(({ id }) => id);
}

const HISTORY = 100;

/** Every import of a connection, the newest first. */
export async function readImports(db: Database, connectionId: string): Promise<ImportView[]> {
  const rows = await db
    .select({
      row: imports,
      by: users.name,
      files: sql<number>`count(${importFiles.path})::int`,
      doneFiles: sql<number>`(count(*) filter (where ${importFiles.done}))::int`,
      doneBytes: sql<string>`coalesce(sum(${importFiles.doneBytes}), 0)`,
      totalBytes: sql<string>`coalesce(sum(${importFiles.sizeBytes}), 0)`,
      unknown: sql<number>`(count(*) filter (where ${importFiles.path} is not null and ${importFiles.sizeBytes} is null))::int`,
      current: sql<
        string | null
      >`min(${importFiles.path}) filter (where not ${importFiles.done} and ${importFiles.doneBytes} > 0)`,
    })
    .from(imports)
    .innerJoin(users, eq(users.id, imports.userId))
    .leftJoin(importFiles, eq(importFiles.importId, imports.id))
    .where(eq(imports.connectionId, connectionId))
    .groupBy(imports.id, users.name)
    .orderBy(desc(imports.createdAt))
    .limit(HISTORY);
  return rows.map(({ row, by, files, doneFiles, doneBytes, totalBytes, unknown, current }) => ({
    id: row.id,
    source: shownOf(row.source),
    bucket: row.bucket,
    prefix: row.prefix,
    folder: row.folder,
    state: IMPORT_STATES.find((state) => state === row.state) ?? "failed",
    files,
    doneFiles,
    doneBytes: Number(doneBytes),
    totalBytes: files > 0 && unknown === 0 ? Number(totalBytes) : undefined,
    current: current ?? undefined,
    error: ImportErrorSchema.safeParse(row.error).data,
    by,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

const BATCH = 500;

/** Rows of releases that kept addresses as they were. Several processes may do so at once. */
export async function sealPlainSources(db: Database, box: SecretBox): Promise<number> {
  const isPlain = (column: typeof imports.source | typeof importFiles.source) => sql`${column}->>'sealed' is null`;
  let sealed = 0;
  const rows = await db.select().from(imports).where(isPlain(imports.source));
  for (const { id, source } of rows) {
    const value = sealSource(box, ImportSourceSchema.parse(source), id);
    await db
      .update(imports)
      .set({ source: value })
      .where(and(eq(imports.id, id), isPlain(imports.source)));
  }
  sealed += rows.length;
  for (;;) {
    const files = await db.select().from(importFiles).where(isPlain(importFiles.source)).limit(BATCH);
    for (const { importId, path, source } of files) {
      const value = sealJson(box, FileSourceSchema.parse(source), fileSeal(importId, path));
      const here = and(eq(importFiles.importId, importId), eq(importFiles.path, path), isPlain(importFiles.source));
      await db.update(importFiles).set({ source: value }).where(here);
    }
    sealed += files.length;
    if (files.length < BATCH) return sealed;
  }
}
