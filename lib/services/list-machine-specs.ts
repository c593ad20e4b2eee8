import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { supportsBlade } from "@/lib/service-config/machine";

export const MachineSpecViewSchema = z.object({
  instanceType: z.string(),
  cpu: z.number(),
  memoryGb: z.number(),
  gpu: z.object({ model: z.string(), count: z.number(), memoryGb: z.number().optional() }).optional(),
  available: z.boolean(),
  stockStatus: z.string().optional(),
  spotDiscount: z.number().optional(),
  unprotectedSpotDiscount: z.number().optional(),
  supportsBlade: z.boolean(),
});
export type MachineSpecView = z.infer<typeof MachineSpecViewSchema>;

/** Types with a card first, those in stock before the others, small before large. */
export async function listMachineSpecs(ctx: Pick<Context, "eas">): Promise<MachineSpecView[]> {
  const specs = await ctx.eas.describeMachineSpec();
  const rank = ({ gpu, available }: MachineSpecView) => (gpu ? 0 : 2) + (available ? 0 : 1);
  return specs
    .map((spec) => ({ ...spec, supportsBlade: supportsBlade(spec.gpu?.model) }))
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.gpu?.count ?? 0) - (b.gpu?.count ?? 0) ||
        (a.gpu?.model ?? "").localeCompare(b.gpu?.model ?? "", "en") ||
        a.cpu - b.cpu ||
        a.memoryGb - b.memoryGb,
    );
}
