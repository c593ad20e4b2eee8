import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { followRestart } from "./followed-starts";
import { ServiceNameInputSchema } from "./names";
import { workersOf } from "./observation";
import { markOf } from "./renewal";

export const RestartServiceSchema = ServiceNameInputSchema.extend({
  /** Has the new instances make one picture as soon as they answer. */
  firstPicture: z.boolean().optional(),
});

export async function restartService(
  ctx: Context,
  { name, firstPicture }: z.output<typeof RestartServiceSchema>,
): Promise<void> {
  await changeService(ctx, name, "restart", async () => {
    const { items } = await ctx.eas.listServiceInstances(name);
    await ctx.eas.restartService(name);
    // Before everybody looks: the first look shows how far it is.
    const replaced = workersOf(items).map(markOf);
    await followRestart(ctx, name, { proof: firstPicture ? "wanted" : "unwanted", replaced });
  });
}
