import { and, desc, eq } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { users } from "@/lib/store/schema/auth";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { uploads } from "@/lib/store/schema/uploads";
import { listServiceMounts, MODEL_MOUNT, type ServiceMount } from "./mounts";
import { type ModelRoot, RootVerdictSchema } from "./schemas";

/** Older uploads than these are history; their roots are still known by a check or a service. */
const UPLOADS_MAX = 500;

/**
 * Every model root that Easel has reason to know: brought up from here, checked from here, or mounted by a service. Nothing
 * of it is looked at in the bucket; the newest first.
 */
export async function listRoots(ctx: Context): Promise<ModelRoot[]> {
  const [mounts, uploaded, checked] = await Promise.all([
    listServiceMounts(ctx),
    uploadedRoots(ctx),
    checkedRoots(ctx),
  ]);
  const roots = new Map<string, ModelRoot>();
  const rootAt = (bucket: string, prefix: string) => {
    const id = `${bucket}/${prefix}`;
    const root = roots.get(id) ?? { bucket, prefix, usedBy: [] };
    roots.set(id, root);
    return root;
  };
  for (const { bucket, prefix, at, by } of uploaded) rootAt(bucket, prefix).uploaded ??= { at: at.toISOString(), by };
  for (const { bucket, prefix, verdict, checkedAt, checkedBy } of checked) {
    // A row written by another release may not fit today's shape: the next check writes it anew.
    const parsed = RootVerdictSchema.safeParse(verdict);
    if (parsed.success)
      rootAt(bucket, prefix).check = { verdict: parsed.data, at: checkedAt.toISOString(), by: checkedBy };
  }
  for (const mount of mounts.filter(({ mountPath }) => mountPath === MODEL_MOUNT))
    rootAt(mount.bucket, mount.prefix).usedBy.push(toUse(mount));
  return [...roots.values()].sort((a, b) => newest(b).localeCompare(newest(a)) || a.prefix.localeCompare(b.prefix));
}

export function toUse({ service, status }: ServiceMount): { name: string; status: string } {
  return { name: service, status };
}

function newest({ uploaded, check }: ModelRoot): string {
  return [uploaded?.at ?? "", check?.at ?? ""].sort().at(-1) ?? "";
}

function uploadedRoots({ db, connection }: Context) {
  return db
    .select({ bucket: uploads.bucket, prefix: uploads.prefix, at: uploads.createdAt, by: users.name })
    .from(uploads)
    .innerJoin(users, eq(users.id, uploads.userId))
    .where(eq(uploads.connectionId, connection.id))
    .orderBy(desc(uploads.createdAt))
    .limit(UPLOADS_MAX);
}

function checkedRoots({ db, connection }: Context) {
  return db
    .select()
    .from(modelRoots)
    .where(and(eq(modelRoots.connectionId, connection.id)))
    .orderBy(desc(modelRoots.checkedAt));
}
