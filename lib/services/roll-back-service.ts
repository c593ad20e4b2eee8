import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { ServiceNameInputSchema } from "./names";

export const RollBackServiceSchema = ServiceNameInputSchema.extend({ version: z.number().int().min(1) });

/** The old version's configuration becomes a new version, which replaces instance by instance. */
export async function rollBackService(
  ctx: Context,
  { name, version }: z.output<typeof RollBackServiceSchema>,
): Promise<void> {
  await changeService(ctx, name, "rollBack", async (before) => {
    await ctx.eas.rollBackService(name, version);
    return { details: { from: before.version.latest, to: version } };
  });
}
