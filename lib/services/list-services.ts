import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { type ServiceList, toServiceSummary } from "./view";

export const ListServicesSchema = z.object({ filter: z.string().max(128).optional() });

/** All services of the region, whoever made them; an asynchronous service's own queue is left out. */
export async function listServices(
  ctx: Pick<Context, "eas">,
  { filter }: z.output<typeof ListServicesSchema> = {},
): Promise<ServiceList> {
  const { items, totalCount } = await ctx.eas.listAllServices({ filter: filter || undefined });
  const shown = items.filter(({ role }) => role !== "Queue");
  return { items: shown.map(toServiceSummary), totalCount: totalCount - (items.length - shown.length) };
}
