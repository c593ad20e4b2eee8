import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { CheckFlags } from "@/lib/models/context";
import { checkListing } from "@/lib/oss/check-prefix";
import { type Listing, listModelRoot } from "@/lib/oss/model-files";
import { parsePrefix } from "@/lib/oss/names";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { findManifest, leaveManifest, type StoredManifest } from "./bucket-manifest";
import { toUse } from "./list-roots";
import { compareManifests, type Manifest, ManifestSchema, partsOf, toManifest } from "./manifest";
import { listServiceMounts, MODEL_MOUNT, usersOf } from "./mounts";
import { type RootReport, type RootSchema, type RootVerdict, RootVerdictSchema } from "./schemas";

type Root = z.output<typeof RootSchema>;

/** Where no service mounts it, and nobody has checked it for another. */
const AS_PROPOSED: CheckFlags = { func: "base", blade: false, translate: false, closeSafety: false };

/** Checks a model root where it lies, tells what changed since the last check, and remembers this one. */
export async function checkRoot(ctx: Context, root: Root): Promise<RootReport> {
  const prefix = parsePrefix(root.prefix);
  const users = usersOf(await listServiceMounts(ctx), root.bucket, prefix).filter(
    (mount) => mount.mountPath === MODEL_MOUNT && mount.prefix === prefix,
  );
  const flags = users.find((mount) => mount.flags)?.flags;
  const report = await checkAndRemember(ctx, root, flags);
  return { ...report, usedBy: users.map(toUse) };
}

/** What whoever has just brought files there knows of the root. With it the manifest in the bucket is written anew. */
interface Known {
  listing: Listing;
  /** The CRC-64 of files that were compared, by path. */
  sums: ReadonlyMap<string, string>;
}

/** Without asking EAS for services. `given`: for a service started so; otherwise like that of the last check. */
export async function checkAndRemember(
  ctx: Context,
  root: Root,
  given?: CheckFlags,
  seen?: Known,
): Promise<Omit<RootReport, "usedBy">> {
  const { db, connection, oss, clock, user } = ctx;
  const { bucket } = root;
  const prefix = parsePrefix(root.prefix);
  const listing = seen?.listing ?? (await listModelRoot(oss, bucket, prefix));
  const { objects } = listing;
  const here = and(
    eq(modelRoots.connectionId, connection.id),
    eq(modelRoots.bucket, bucket),
    eq(modelRoots.prefix, prefix),
  );
  const [row] = await db.select().from(modelRoots).where(here);
  const flags = given ?? RootVerdictSchema.safeParse(row?.verdict).data?.flags ?? AS_PROPOSED;
  const report = await checkListing(ctx, { ...flags, bucket, prefix }, listing);
  const before = await lastKnown(ctx, { bucket, prefix }, listing, row);
  const manifest = toManifest(objects, prefix, withKept(seen?.sums, before?.manifest ?? [], objects, prefix));
  const verdict: RootVerdict = {
    ok: report.verdict.ok,
    outcome: report.verdict.outcome,
    flags,
    kind: report.verdict.kind,
    files: report.verdict.files,
    totalBytes: report.verdict.totalBytes,
    parts: partsOf(report.files.map(({ path }) => path)),
    errors: report.findings.filter(({ level }) => level === "error").length,
    warnings: report.findings.filter(({ level }) => level === "warning").length,
  };
  const now = new Date(clock.now());
  const values = { verdict, manifest, checkedBy: user.name, checkedAt: now };
  await db
    .insert(modelRoots)
    .values({ connectionId: connection.id, bucket, prefix, ...values })
    .onConflictDoUpdate({ target: [modelRoots.connectionId, modelRoots.bucket, modelRoots.prefix], set: values });
  if (seen) await leaveManifest(oss, { bucket, prefix }, { at: now, by: user.name, manifest });
  return {
    ...report,
    flags,
    changes: before ? { since: before.at.toISOString(), ...compareManifests(before.manifest, manifest) } : undefined,
  };
}

/** The newest that is known of the root: from the store, or left in the bucket by another console since. */
async function lastKnown(
  { oss }: Context,
  root: { bucket: string; prefix: string },
  listing: Listing,
  row: typeof modelRoots.$inferSelect | undefined,
): Promise<StoredManifest | undefined> {
  const { success, data } = ManifestSchema.safeParse(row?.manifest);
  const stored = row && success ? { at: row.checkedAt, manifest: data } : undefined;
  const left = await findManifest(oss, root, listing, stored?.at);
  return left && (!stored || left.at > stored.at) ? left : stored;
}

/** A sum stays true while its object is the same; files of this moment have their new ones. */
function withKept(
  sums: ReadonlyMap<string, string> = new Map(),
  before: Manifest,
  objects: readonly { key: string; etag: string }[],
  prefix: string,
): ReadonlyMap<string, string> {
  const etags = new Map(objects.map(({ key, etag }) => [key.slice(prefix.length), etag]));
  const kept = before.flatMap(([path, , etag, crc64]) =>
    crc64 !== undefined && etags.get(path) === etag ? [[path, crc64] as const] : [],
  );
  return new Map([...kept, ...sums]);
}
