import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { CronScalerRules } from "@/lib/eas/types";
import { changeService } from "./change-service";
import { type ServiceNameInput, ServiceNameInputSchema } from "./names";
import { CronScalerSchema } from "./scaling-schemas";

export const SetCronScalerSchema = ServiceNameInputSchema.extend({ rules: CronScalerSchema });

/** The jobs given take the place of all that there were. */
export async function setCronScaler(
  ctx: Context,
  { name, rules }: z.output<typeof SetCronScalerSchema>,
): Promise<void> {
  await changeService(ctx, name, "schedule", async () => {
    const before = await ctx.eas.describeCronScaler(name);
    if (before) await ctx.eas.updateCronScaler(name, rules);
    else await ctx.eas.createCronScaler(name, rules);
    return { details: { from: before ? summary(before) : null, to: rules } };
  });
}

export async function deleteCronScaler(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  await changeService(ctx, name, "schedule", async () => {
    const before = await ctx.eas.describeCronScaler(name);
    await ctx.eas.deleteCronScaler(name);
    return { details: { from: before ? summary(before) : null, to: null } };
  });
}

function summary({ jobs, excludeDates }: CronScalerRules): CronScalerRules {
  const plain = jobs.map(({ name, schedule, targetSize, timeZone }) => ({ name, schedule, targetSize, timeZone }));
  return { jobs: plain, excludeDates };
}
