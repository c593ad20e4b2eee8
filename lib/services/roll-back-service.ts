import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { followStart } from "./followed-starts";
import { ServiceNameInputSchema } from "./names";

export const RollBackServiceSchema = ServiceNameInputSchema.extend({
  version: z.number().int().min(1),
  /** Has the new version make one picture as soon as it answers. */
  firstPicture: z.boolean().optional(),
});

/** The old version's configuration becomes a new version, which replaces instance by instance. */
export async function rollBackService(
  ctx: Context,
  { name, version: to, firstPicture }: z.output<typeof RollBackServiceSchema>,
): Promise<void> {
  let version = 0;
  await changeService(ctx, name, "rollBack", async (before) => {
    await ctx.eas.rollBackService(name, to);
    version = before.version.latest + 1;
    return { details: { from: before.version.latest, to } };
  });
  await followStart(ctx, name, { purpose: "roll_back", proof: firstPicture ? "wanted" : "unwanted", version });
}
