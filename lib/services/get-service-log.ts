import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { ServiceLogPage } from "@/lib/eas/types";
import { ServiceNameInputSchema } from "./names";

const flag = z.enum(["true", "false"]).transform((value) => value === "true");

export const ServiceLogSchema = ServiceNameInputSchema.extend({
  instance: z.string().max(200).optional(),
  previous: z.union([z.boolean(), flag]).optional(),
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

export function getServiceLog(
  ctx: Pick<Context, "eas">,
  { name, instance, ...query }: z.output<typeof ServiceLogSchema>,
): Promise<ServiceLogPage> {
  return ctx.eas.describeServiceLog(name, {
    instanceName: instance,
    previous: query.previous,
    keyword: query.keyword || undefined,
    page: query.page,
    pageSize: query.pageSize,
  });
}
