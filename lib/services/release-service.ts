import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { changeService } from "./change-service";
import { ServiceNameInputSchema } from "./names";

export const ReleaseServiceSchema = ServiceNameInputSchema.extend({
  trafficState: z.enum(["grouping", "standalone"]).optional(),
  /** −1 takes a member out, as 0 does. */
  weight: z.number().int().min(-1).max(1000).optional(),
});

/** Sets what part a member has in its group's traffic. */
export async function releaseService(
  ctx: Context,
  { name, trafficState, weight }: z.output<typeof ReleaseServiceSchema>,
): Promise<void> {
  await changeService(ctx, name, "release", async (before) => {
    await ctx.eas.releaseService(name, { trafficState, weight });
    const from = { trafficState: before.trafficState, weight: before.weight };
    return { details: { group: before.group, from, to: { trafficState, weight } } };
  });
}

/** Through one of its members, whose state and lock are asked as for its own share. */
export const SetTrafficModeSchema = ServiceNameInputSchema.extend({ mode: z.enum(["auto", "customized"]) });

export async function setTrafficMode(
  ctx: Context,
  { name, mode }: z.output<typeof SetTrafficModeSchema>,
): Promise<void> {
  await changeService(ctx, name, "release", async ({ group }) => {
    if (!group) throw new AppError("conflict", { params: { what: "group", name, rule: "status.reason.notGrouped" } });
    const { trafficMode } = await ctx.eas.describeGroup(group);
    await ctx.eas.setGroupTrafficMode(group, mode);
    return { deed: "services.traffic_mode", details: { group, from: trafficMode, to: mode } };
  });
}
