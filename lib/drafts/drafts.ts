import { randomUUID } from "node:crypto";
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { secretBox } from "@/lib/auth/secret-box.server";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { type PartialDraft, PartialDraftSchema } from "@/lib/service-config/draft";
import { withDocument } from "@/lib/service-config/with-document";
import { drafts } from "@/lib/store/schema/drafts";
import { draftSeal } from "./seal";

export interface StoredDraft {
  id: string;
  data: PartialDraft;
  /** RFC 3339 UTC. */
  updatedAt: string;
}

export const DraftIdSchema = z.object({ id: z.uuid() });
export const SaveDraftSchema = z.object({ id: z.uuid(), patch: PartialDraftSchema });

type Row = typeof drafts.$inferSelect;

/** A configuration may hold a registry's password or a token: it rests sealed. */
const SealedSchema = z.object({ sealedConfig: z.string() });

function toRow(id: string, { config, ...data }: PartialDraft): Record<string, unknown> {
  return config === undefined ? data : { ...data, sealedConfig: secretBox().seal(config, draftSeal(id)) };
}

/** A row written by another release may not fit today's shape: what does not is asked for again. */
function toDraft(row: Row): StoredDraft {
  const data = PartialDraftSchema.safeParse(row.data);
  const draft = data.success ? { ...data.data, ...unseal(row) } : {};
  return { id: row.id, data: withDocument(draft), updatedAt: row.updatedAt.toISOString() };
}

/** Without its key the configuration is lost, the rest of the draft is not. */
function unseal({ id, data }: Row): { config?: string } {
  const sealed = SealedSchema.safeParse(data);
  if (!sealed.success) return {};
  try {
    return { config: secretBox().open(sealed.data.sealedConfig, draftSeal(id)) };
  } catch {
    return {};
  }
}

/** A draft belongs to one person and one connection: its bucket and instance types mean nothing elsewhere. */
function own(ctx: Context, id: string) {
  return and(eq(drafts.id, id), eq(drafts.userId, ctx.user.id), eq(drafts.connectionId, ctx.connection.id));
}

export async function createDraft(ctx: Context, data: PartialDraft = {}): Promise<StoredDraft> {
  const id = randomUUID();
  const values = { id, userId: ctx.user.id, connectionId: ctx.connection.id, data: toRow(id, data) };
  const [row] = await ctx.db.insert(drafts).values(values).returning();
  if (!row) throw new AppError("internal");
  return toDraft(row);
}

export async function getDraft(ctx: Context, { id }: z.output<typeof DraftIdSchema>): Promise<StoredDraft> {
  const [row] = await ctx.db.select().from(drafts).where(own(ctx, id));
  if (!row) throw new AppError("not_found", { params: { what: "draft" } });
  return toDraft(row);
}

export async function listDrafts(ctx: Context): Promise<StoredDraft[]> {
  const rows = await ctx.db
    .select()
    .from(drafts)
    .where(and(eq(drafts.userId, ctx.user.id), eq(drafts.connectionId, ctx.connection.id)))
    .orderBy(desc(drafts.updatedAt))
    .limit(50);
  return rows.map(toDraft);
}

/** Steps that `patch` names replace the stored ones whole; the others stay. */
export async function saveDraft(ctx: Context, input: z.output<typeof SaveDraftSchema>): Promise<StoredDraft> {
  return ctx.db.transaction(async (tx) => {
    const [row] = await tx.select().from(drafts).where(own(ctx, input.id)).for("update");
    if (!row) throw new AppError("not_found", { params: { what: "draft" } });
    const [saved] = await tx
      .update(drafts)
      .set({ data: toRow(row.id, { ...toDraft(row).data, ...input.patch }), updatedAt: new Date(ctx.clock.now()) })
      .where(own(ctx, input.id))
      .returning();
    if (!saved) throw new AppError("internal");
    return toDraft(saved);
  });
}

export async function deleteDraft(ctx: Context, { id }: z.output<typeof DraftIdSchema>): Promise<void> {
  await ctx.db.delete(drafts).where(own(ctx, id));
}
