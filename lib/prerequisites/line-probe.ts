import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { ProbeReply } from "@/lib/oss/upload/wire";
import { BucketSchema } from "@/lib/service-config/draft";
import { CloseProbeSchema, closeProbeAt, openProbeAt } from "@/lib/uploads/probe";

/** Apart from every model, and no place that a person would upload to. */
const PREFIX = ".easel-check/";

export const OpenLineSchema = z.object({ bucket: BucketSchema });
export const CloseLineSchema = CloseProbeSchema.extend({ bucket: BucketSchema });

/** Two small requests for the browser to send to the bucket itself, before there is an upload. */
export function openLine(
  ctx: Context,
  { bucket }: z.output<typeof OpenLineSchema>,
): Promise<z.output<typeof ProbeReply>> {
  return openProbeAt(ctx, { bucket, prefix: PREFIX });
}

export function closeLine(ctx: Context, { bucket, ...probe }: z.output<typeof CloseLineSchema>): Promise<null> {
  return closeProbeAt(ctx, { bucket, prefix: PREFIX }, probe);
}
