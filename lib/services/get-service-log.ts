import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { ServiceLogPage } from "@/lib/eas/types";
import { readLogTail } from "./log-tail";
import { ServiceNameInputSchema } from "./names";

export const logFlag = z.enum(["true", "false"]).transform((value) => value === "true");

export const ServiceLogSchema = ServiceNameInputSchema.extend({
  instance: z.string().max(200).optional(),
  container: z.string().max(100).optional(),
  previous: z.union([z.boolean(), logFlag]).optional(),
  keyword: z.string().max(100).optional(),
  page: z.coerce.number().int().min(1).optional(),
  pageSize: z.coerce.number().int().min(1).max(2000).optional(),
});

export const ServiceLogPageSchema = z.object({
  lines: z.array(z.string()),
  totalCount: z.number(),
  page: z.number(),
  totalPages: z.number(),
}) satisfies z.ZodType<ServiceLogPage>;

/** Two pages of EAS: enough to read, and no more than a browser draws at once. */
const NEWEST_LINES = 1000;

/** One page as EAS numbers them; without a number the newest lines, newest last. */
export async function getServiceLog(
  ctx: Pick<Context, "eas">,
  { name, instance, container, previous, keyword, page, pageSize }: z.output<typeof ServiceLogSchema>,
): Promise<ServiceLogPage> {
  if (page === undefined && !keyword) {
    const lines = await readLogTail(ctx.eas, name, instance, previous, NEWEST_LINES, container);
    return { lines, totalCount: lines.length, page: 1, totalPages: 1 };
  }
  return ctx.eas.describeServiceLog(name, {
    instanceName: instance,
    containerName: container,
    previous,
    keyword: keyword || undefined,
    page,
    pageSize,
  });
}
