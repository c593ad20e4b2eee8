import type { z } from "zod";
import { audit } from "@/lib/auth/people";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { parsePrefix } from "@/lib/oss/names";
import type { AbortRule } from "@/lib/oss/types";
import type { AbortRuleSchema, AbortUploadsSchema, OpenUploads, RootSchema } from "./schemas";

const UPLOADS_MAX = 1000;

/** Uploads that were begun and never finished; their parts are paid for until somebody removes them. */
export async function listOpenUploads(
  { oss }: Pick<Context, "oss">,
  { bucket, prefix }: z.output<typeof RootSchema>,
): Promise<OpenUploads> {
  const below = parsePrefix(prefix);
  const [uploads, { rules, allRules }] = await Promise.all([
    oss.listUploads(bucket, below, UPLOADS_MAX),
    oss.getAbortRules(bucket).catch(noneToSee),
  ]);
  const days = rules.filter((rule) => below.startsWith(rule.prefix)).map((rule) => rule.days);
  return {
    uploads,
    abortAfterDays: days.length > 0 ? Math.min(...days) : undefined,
    canAddRule: allRules === 0,
  };
}

/** Who may not read the bucket's rules still sees what was left behind; that there are none is then not known. */
function noneToSee(error: unknown): { rules: AbortRule[]; allRules?: number } {
  if (error instanceof AppError && error.code === "permission_denied") return { rules: [] };
  throw error;
}

export async function abortOpenUploads(
  ctx: Context,
  { bucket, uploads }: z.output<typeof AbortUploadsSchema>,
): Promise<{ aborted: number }> {
  for (const { key, uploadId } of uploads) await ctx.oss.abortUpload(bucket, key, uploadId);
  await audit(ctx, "models.abort_uploads", bucket, { count: uploads.length }, ctx.connection.id);
  return { aborted: uploads.length };
}

/** Lets OSS itself remove abandoned parts. Only where the bucket has no rule yet: writing replaces all of them. */
export async function addAbortRule(ctx: Context, { bucket, days }: z.output<typeof AbortRuleSchema>): Promise<null> {
  const { oss, connection } = ctx;
  const { allRules } = await oss.getAbortRules(bucket);
  if (allRules > 0)
    throw new AppError("conflict", { params: { what: "lifecycle", name: bucket, rule: "models.open.hasRules" } });
  await oss.putAbortRule(bucket, { prefix: "", days });
  await audit(ctx, "models.lifecycle", bucket, { days }, connection.id);
  return null;
}
