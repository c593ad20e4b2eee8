import { randomUUID } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { parsePrefix } from "@/lib/oss/names";
import { imports } from "@/lib/store/schema/imports";
import { discardHalfDone } from "./half-done";
import { parseAddress } from "./remote";
import type { CreateImportSchema, ImportIdSchema, ImportView } from "./schemas";
import { sealSource } from "./sealed";
import { readImports } from "./store";

export async function listImports({ db, connection }: Context): Promise<ImportView[]> {
  return readImports(db, connection.id);
}

/** Writes the wish down; the runner does the rest, with or without a browser. */
export async function createImport(
  ctx: Context,
  box: SecretBox,
  { source, bucket, prefix: typed, folder }: z.output<typeof CreateImportSchema>,
): Promise<{ id: string }> {
  const { db, connection, user, clock } = ctx;
  const prefix = parsePrefix(typed);
  // Without a folder of its own an import could overwrite anything in the bucket.
  if (prefix === "") throw new AppError("invalid_input", { params: { field: "prefix" } });
  if (source.kind === "url") parseAddress(source.url);
  if (source.kind === "bucket" && source.bucket === bucket && (prefix + folder).startsWith(parsePrefix(source.prefix)))
    throw new AppError("invalid_input", { params: { field: "prefix", rule: "imports.errors.ontoItself" } });
  const now = new Date(clock.now());
  const id = randomUUID();
  const [row] = await db
    .insert(imports)
    .values({
      id,
      connectionId: connection.id,
      userId: user.id,
      source: sealSource(box, source, id),
      bucket,
      prefix,
      folder,
      createdAt: now,
      updatedAt: now,
    })
    .returning({ id: imports.id });
  if (!row) throw new AppError("internal");
  await record(ctx, "imports.create", row.id, { bucket, prefix: prefix + folder, kind: source.kind });
  return row;
}

/** What was finished stays in the bucket. Obeyed at the next part. */
export async function cancelImport(ctx: Context, { id }: z.output<typeof ImportIdSchema>): Promise<null> {
  const changed = await change(ctx, id, ["waiting", "looking", "copying"], { cancelled: true, notBefore: null });
  if (changed) await record(ctx, "imports.cancel", id);
  return null;
}

/** From where it stopped. */
export async function retryImport(ctx: Context, { id }: z.output<typeof ImportIdSchema>): Promise<null> {
  const again = { state: "waiting", attempts: 0, cancelled: false, error: null, notBefore: null };
  const changed = await change(ctx, id, ["failed", "cancelled"], again);
  if (changed) await record(ctx, "imports.retry", id);
  return null;
}

/** From the list; the objects stay, what was half done goes. */
export async function forgetImport(ctx: Context, { id }: z.output<typeof ImportIdSchema>): Promise<null> {
  const { db, oss, connection } = ctx;
  const here = and(
    eq(imports.id, id),
    eq(imports.connectionId, connection.id),
    inArray(imports.state, ["done", "failed", "cancelled"]),
  );
  const [row] = await db.select().from(imports).where(here);
  if (!row) return null;
  await discardHalfDone(db, oss, row);
  await db.delete(imports).where(here);
  await record(ctx, "imports.forget", id, { bucket: row.bucket, prefix: row.prefix + row.folder });
  return null;
}

async function change(
  { db, connection, clock }: Context,
  id: string,
  from: readonly string[],
  set: Partial<typeof imports.$inferInsert>,
): Promise<boolean> {
  const rows = await db
    .update(imports)
    .set({ ...set, updatedAt: new Date(clock.now()) })
    .where(and(eq(imports.id, id), eq(imports.connectionId, connection.id), inArray(imports.state, [...from])))
    .returning({ id: imports.id });
  return rows.length > 0;
}

function record(ctx: Context, action: string, target: string, details: Record<string, unknown> = {}): Promise<void> {
  const { db, clock, user, connection } = ctx;
  return writeAudit(db, clock, {
    action,
    target,
    user,
    address: ctx.address ?? "",
    connectionId: connection.id,
    details,
  });
}
