import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { LabelKeySchema, LabelValueSchema } from "./label-schemas";
import { ServiceNameInputSchema } from "./names";

/** Only what is to change: labels that somebody else sets meanwhile stay. */
export const SetLabelsSchema = ServiceNameInputSchema.extend({
  set: z.record(LabelKeySchema, LabelValueSchema).default({}),
  remove: z.array(LabelKeySchema).max(100).default([]),
});

export async function setLabels(ctx: Context, { name, set, remove }: z.output<typeof SetLabelsSchema>): Promise<void> {
  await changeService(ctx, name, "label", async ({ labels }) => {
    const gone = remove.filter((key) => Object.hasOwn(labels, key) && !Object.hasOwn(set, key));
    if (Object.keys(set).length > 0) await ctx.eas.setServiceLabels(name, set);
    if (gone.length > 0) await ctx.eas.deleteServiceLabels(name, gone);
    const kept = Object.entries(labels).filter(([key]) => !gone.includes(key));
    return { details: { from: labels, to: { ...Object.fromEntries(kept), ...set } } };
  });
}
