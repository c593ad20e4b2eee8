import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { readConfig } from "@/lib/service-config/config-facts";
import { changeService } from "./change-service";
import { ServiceNameInputSchema } from "./names";

export const ScaleServiceSchema = ServiceNameInputSchema.extend({ instances: z.number().int().min(0).max(1000) });

export async function scaleService(
  ctx: Context,
  { name, instances }: z.output<typeof ScaleServiceSchema>,
): Promise<void> {
  await changeService(ctx, name, "scale", async (before) => {
    await ctx.eas.scaleService(name, instances);
    return { details: { from: readConfig(before.config).instances ?? before.instances.total, to: instances } };
  });
}
