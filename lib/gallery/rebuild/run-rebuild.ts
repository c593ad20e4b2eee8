import { and, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Context } from "@/lib/context.server";
import { AppError, toErrorView } from "@/lib/errors";
import type { ObjectPage } from "@/lib/oss/types";
import type { Database } from "@/lib/store/database";
import { galleryRebuilds } from "@/lib/store/schema/gallery";
import { tellGallery } from "../mark-pictures";
import { type Folder, FolderSchema, resultFolders } from "./folders";
import { takeIn } from "./take-in";

type Cloud = Pick<Context, "connection" | "eas" | "oss">;

export interface RebuildWorld {
  db: Database;
  clock: Clock;
  /** Undefined when the connection is gone. */
  openCloud(connectionId: string): Promise<Cloud | undefined>;
  /** Objects of one listing; smaller in tests. */
  pageSize?: number;
}

const OPEN = ["waiting", "walking"] as const;
const PAGE = 500;
/** After a failure that may pass. */
const PAUSES_MS = [2_000, 10_000, 60_000];

export async function dueRebuilds(db: Database, now: Date): Promise<string[]> {
  const { state, notBefore, id } = galleryRebuilds;
  const rows = await db
    .select({ id })
    .from(galleryRebuilds)
    .where(and(inArray(state, [...OPEN]), or(isNull(notBefore), lte(notBefore, now))));
  return rows.map((row) => row.id);
}

/** Walks the result folders from where it stopped, one listing after another. What is written down survives a restart. */
export async function runRebuild(world: RebuildWorld, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock } = world;
  const isThis = and(eq(galleryRebuilds.id, id), inArray(galleryRebuilds.state, [...OPEN]));
  const change = (set: Partial<typeof galleryRebuilds.$inferInsert>) =>
    db
      .update(galleryRebuilds)
      .set({ ...set, updatedAt: new Date(clock.now()) })
      .where(isThis);
  const [row] = await db.select().from(galleryRebuilds).where(isThis);
  if (!row) return;
  try {
    const cloud = await world.openCloud(row.connectionId);
    if (!cloud) throw new AppError("not_found", { params: { what: "connection" } });
    const ctx = { ...cloud, db };
    const folders = FolderSchema.array().safeParse(row.folders).data ?? (await resultFolders(ctx));
    await change({ state: "walking", folders, notBefore: null, error: null });
    for (const folder of folders) {
      while (!folder.done) {
        if (signal.aborted) return;
        const [now] = await db.select({ cancelled: galleryRebuilds.cancelled }).from(galleryRebuilds).where(isThis);
        if (!now) return;
        if (now.cancelled) return void (await change({ state: "cancelled" }));
        await walkPage(world, ctx, id, folders, folder);
      }
    }
    const [first] = folders;
    const isAllMissed = first?.missed && folders.every(({ missed }) => missed);
    await change(isAllMissed ? { state: "failed", error: first.missed } : { state: "done" });
    await tellGallery(ctx);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const pause = error.retryable ? PAUSES_MS[row.attempts] : undefined;
    if (pause === undefined) await change({ state: "failed", error: toErrorView(error) });
    else
      await change({ attempts: row.attempts + 1, notBefore: new Date(clock.now() + pause), error: toErrorView(error) });
  }
}

async function walkPage(
  { db, clock, pageSize = PAGE }: RebuildWorld,
  ctx: Cloud & { db: Database },
  id: string,
  folders: readonly Folder[],
  folder: Folder,
): Promise<void> {
  const page = await listFolder(ctx, folder, pageSize);
  const { added, foreign } = await takeIn(ctx, folder, page.objects);
  folder.token = page.nextToken;
  folder.done = page.nextToken === undefined;
  await db
    .update(galleryRebuilds)
    .set({
      folders,
      attempts: 0,
      seen: sql`${galleryRebuilds.seen} + ${page.objects.length}`,
      added: sql`${galleryRebuilds.added} + ${added}`,
      foreign: sql`${galleryRebuilds.foreign} + ${foreign}`,
      updatedAt: new Date(clock.now()),
    })
    .where(eq(galleryRebuilds.id, id));
  if (added > 0) await tellGallery(ctx);
}

/** One folder that cannot be read is noted, and no reason to leave out the others. */
async function listFolder({ oss }: Cloud, folder: Folder, limit: number): Promise<ObjectPage> {
  try {
    return await oss.listObjects(folder.bucket, { prefix: folder.prefix, token: folder.token, limit });
  } catch (error) {
    if (!(error instanceof AppError) || !["not_found", "permission_denied"].includes(error.code)) throw error;
    folder.missed = toErrorView(error);
    return { objects: [], prefixes: [] };
  }
}
