import type { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { checkAndRemember } from "@/lib/library/check-root";
import type { RootReport } from "@/lib/library/schemas";
import { type Listing, listModelRoot } from "@/lib/oss/model-files";
import { keyBelow } from "@/lib/oss/names";
import { markPresence } from "./presence";
import { isProbe } from "./probe";
import type { FinishedUpload, FinishUploadSchema } from "./schemas";
import { uploadTarget } from "./target";

/** HEAD requests under way at once. */
const AT_ONCE = 16;

/**
 * The end of an upload, seen from the server: every file that was sent lies there in its size and, where the page could not
 * compare it, with its sum; then the check of the root, which also writes the manifest that later views compare with.
 */
export async function finishUpload(
  ctx: Context,
  id: string,
  { files, again, ...flags }: z.output<typeof FinishUploadSchema>,
): Promise<FinishedUpload> {
  const { oss } = ctx;
  const { bucket, prefix } = await uploadTarget(ctx, id);
  const listing = await listModelRoot(oss, bucket, prefix);
  const sizes = new Map(listing.objects.map(({ key, sizeBytes }) => [key.slice(prefix.length), sizeBytes]));
  const missing = files.filter(([path]) => !sizes.has(path)).map(([path]) => path);
  const different = files.flatMap(([path, sizeBytes]) =>
    sizes.has(path) && sizes.get(path) !== sizeBytes ? [path] : [],
  );
  const wrong = new Set([...missing, ...different]);
  const sums = new Map<string, string>();
  const unsure = files.filter(([path, , crc64]) => !wrong.has(path) && (again || crc64 === null));
  for (let from = 0; from < unsure.length; from += AT_ONCE) {
    await Promise.all(
      unsure.slice(from, from + AT_ONCE).map(async ([path, , crc64]) => {
        const head = await oss.headObject(bucket, keyBelow(prefix, path));
        if (!head) missing.push(path);
        else if (crc64 !== null && head.crc64 !== undefined && head.crc64 !== crc64) different.push(path);
        else if (head.crc64 !== undefined) sums.set(path, head.crc64);
      }),
    );
  }
  for (const [path, , crc64] of files) if (crc64 !== null && !wrong.has(path) && !sums.has(path)) sums.set(path, crc64);
  for (const path of [...missing, ...different]) sums.delete(path);
  await removeProbes(ctx, bucket, prefix, listing);
  const report = await checkAndRemember(ctx, { bucket, prefix }, flags, { listing, sums });
  await markPresence(ctx, id, { over: true });
  if (missing.length + different.length === 0) await record(ctx, `oss://${bucket}/${prefix}`, files, report);
  return { missing, different, verdict: toVerdict(report) };
}

/** Who brought what, and against which errors of the check: uploading a model that will not start is allowed, not forgotten. */
async function record(
  { db, clock, user, connection, address }: Context,
  target: string,
  files: readonly (readonly [string, number, ...unknown[]])[],
  { verdict, findings }: Omit<RootReport, "usedBy">,
): Promise<void> {
  const errors = findings.filter(({ level }) => level === "error").map(({ code }) => code);
  const bytes = files.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0);
  await writeAudit(db, clock, {
    action: "models.upload",
    target,
    user,
    address: address ?? "",
    connectionId: connection.id,
    details: {
      files: files.length,
      bytes,
      loads: verdict.ok,
      ...(errors.length > 0 && { errors: [...new Set(errors)] }),
    },
  });
}

/** Best effort: a page that went away while it tried the line may have left one, and nobody reads it. */
async function removeProbes({ oss }: Context, bucket: string, prefix: string, { objects }: Listing): Promise<void> {
  const left = objects.map(({ key }) => key).filter((key) => isProbe(key.slice(prefix.length)));
  if (left.length > 0) await oss.deleteObjects(bucket, left).catch(() => undefined);
}

function toVerdict({ verdict, files, findings }: Omit<RootReport, "usedBy">): FinishedUpload["verdict"] {
  const { ok, kind, totalBytes } = verdict;
  const count = (level: string) => findings.filter((finding) => finding.level === level).length;
  return { ok, kind, files: files.length, totalBytes, parts: [], errors: count("error"), warnings: count("warning") };
}
