import type { z } from "zod";
import { audit } from "@/lib/auth/people";
import type { Context } from "@/lib/context.server";
import { applyCors } from "@/lib/oss/apply-cors";
import type { ApplyCorsSchema, CreateBucketSchema } from "@/lib/oss/schemas";

export async function createBucket(ctx: Context, { bucket }: z.output<typeof CreateBucketSchema>): Promise<null> {
  await ctx.oss.createBucket(bucket);
  await audit(ctx, "models.create_bucket", bucket, {}, ctx.connection.id);
  return null;
}

export async function admitPages(ctx: Context, input: z.output<typeof ApplyCorsSchema>): Promise<null> {
  await applyCors(ctx, input);
  await audit(ctx, "models.cors", input.bucket, { origin: input.origin }, ctx.connection.id);
  return null;
}
