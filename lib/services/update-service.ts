import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { redactConfig } from "@/lib/service-config/config-facts";
import { ConfigTextSchema } from "@/lib/service-config/draft";
import { showPath } from "@/lib/service-config/json-path";
import { planTexts, type UpdatePlan } from "@/lib/service-config/update-plan";
import { changeService } from "./change-service";
import { restored, UNKNOWN_OUTCOME } from "./create-service";
import { followStart } from "./followed-starts";
import { ServiceNameInputSchema } from "./names";

export const UpdateServiceSchema = ServiceNameInputSchema.extend({
  /** The whole configuration as it shall be. */
  config: ConfigTextSchema,
  /** What ran when the change was begun, as the page showed it: nobody overwrites what somebody else changed since. */
  seen: ConfigTextSchema,
  /** Has the new version make one picture as soon as it answers. */
  firstPicture: z.boolean().optional(),
});

/** After a lost answer, this long until the stored configuration says whether the update came through. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 1000;
/** Enough to tell in the audit what an update was about. */
const PATHS_KEPT = 30;

/** Sends what differs from what runs: merged where that is enough, as a whole where something is taken away. */
export async function updateService(
  ctx: Context,
  { name, config, seen, firstPicture }: z.output<typeof UpdateServiceSchema>,
): Promise<Pick<UpdatePlan, "effect" | "updateType">> {
  let sent: UpdatePlan | undefined;
  let version = 0;
  await changeService(ctx, name, "update", async (before) => {
    const running = before.config ?? "{}";
    if (planTexts(redactConfig(running) ?? "", seen)?.effect !== "none")
      throw new AppError("conflict", { params: { what: "config", name, rule: "config.changedMeanwhile" } });
    const wanted = restored(config, running);
    const plan = planTexts(running, wanted);
    if (!plan) throw new AppError("invalid_input", { params: { field: "config", rule: "json" } });
    if (plan.effect === "none")
      throw new AppError("invalid_input", { params: { field: "config", rule: "config.noChange" } });
    await send(ctx, name, plan, wanted);
    sent = plan;
    version = before.version.latest + 1;
    const paths = plan.changes.slice(0, PATHS_KEPT).map(({ path }) => showPath(path));
    return {
      ...(plan.effect === "scale" && { deed: "services.scale" as const }),
      details: { updateType: plan.updateType, paths },
    };
  });
  if (!sent) throw new AppError("internal");
  if (sent.effect === "rolling")
    await followStart(ctx, name, { purpose: "update", proof: firstPicture ? "wanted" : "unwanted", version });
  return { effect: sent.effect, updateType: sent.updateType };
}

async function send(ctx: Context, name: string, plan: UpdatePlan, wanted: string): Promise<void> {
  try {
    await ctx.eas.updateService(name, plan.body, { updateType: plan.updateType });
  } catch (error) {
    if (!(error instanceof AppError) || !UNKNOWN_OUTCOME.includes(error.code)) throw error;
    if (!(await cameThrough(ctx, name, wanted))) throw error;
  }
}

async function cameThrough(ctx: Context, name: string, wanted: string): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look++) {
    await ctx.clock.sleep(LOOK_PAUSE_MS, ctx.signal);
    const found = await ctx.eas.describeService(name).catch(() => undefined);
    if (found?.config !== undefined && planTexts(found.config, wanted)?.effect === "none") return true;
  }
  return false;
}
