import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { ServiceNameInputSchema } from "./names";

export const ScaleServiceSchema = ServiceNameInputSchema.extend({ instances: z.number().int().min(0).max(1000) });

export async function scaleService(
  ctx: Context,
  { name, instances }: z.output<typeof ScaleServiceSchema>,
): Promise<void> {
  await changeService(ctx, name, "scale", () => ctx.eas.scaleService(name, instances), { instances });
}
