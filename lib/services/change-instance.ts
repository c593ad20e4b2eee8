import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { followRestart } from "./followed-starts";
import { ServiceNameInputSchema } from "./names";
import { markOf } from "./renewal";

const InstanceSchema = ServiceNameInputSchema.extend({ instance: z.string().regex(/^[\w.-]{1,253}$/) });

export const RestartInstanceSchema = InstanceSchema.extend({
  /** Only its process is started again; else it is rebuilt, perhaps elsewhere. */
  soft: z.boolean().default(false),
  /** Has the service make one picture as soon as the instance answers. */
  firstPicture: z.boolean().optional(),
});

export async function restartInstance(
  ctx: Context,
  { name, instance, soft, firstPicture }: z.output<typeof RestartInstanceSchema>,
): Promise<void> {
  await changeService(ctx, name, "changeInstances", async () => {
    const { items } = await ctx.eas.listServiceInstances(name);
    await ctx.eas.restartInstances(name, [instance], { soft });
    // Before everybody looks: the first look shows how far it is.
    const replaced = items.filter((one) => one.name === instance).map(markOf);
    await followRestart(ctx, name, { proof: firstPicture ? "wanted" : "unwanted", replaced });
    return { details: { instance, soft } };
  });
}

export const IsolateInstanceSchema = InstanceSchema.extend({ isolate: z.boolean() });

/** Takes an instance out of the traffic, or lets it in again; it goes on running and is billed. */
export async function isolateInstance(
  ctx: Context,
  { name, instance, isolate }: z.output<typeof IsolateInstanceSchema>,
): Promise<void> {
  await changeService(ctx, name, "changeInstances", async () => {
    await ctx.eas.updateInstance(name, instance, { isolate });
    return { deed: "services.isolate_instance", details: { instance, from: !isolate, to: isolate } };
  });
}
