import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { SAFETY_LOCKS } from "@/lib/eas/types";
import { changeService } from "./change-service";
import { ServiceNameInputSchema } from "./names";

export const SetSafetyLockSchema = ServiceNameInputSchema.extend({ lock: z.enum(SAFETY_LOCKS) });

export async function setSafetyLock(ctx: Context, { name, lock }: z.output<typeof SetSafetyLockSchema>): Promise<void> {
  await changeService(ctx, name, "lock", async ({ safetyLock = "none" }) => {
    await ctx.eas.setSafetyLock(name, lock);
    return { details: { from: safetyLock, to: lock } };
  });
}
