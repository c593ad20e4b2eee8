import type { Context } from "@/lib/context.server";
import type { ServiceNameInput } from "./names";
import { type ServiceDetail, toServiceDetail } from "./view";

export async function getService(ctx: Pick<Context, "eas">, { name }: ServiceNameInput): Promise<ServiceDetail> {
  return toServiceDetail(await ctx.eas.describeService(name));
}
