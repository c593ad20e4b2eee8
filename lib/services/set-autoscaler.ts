import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { Autoscaler, AutoscalerRules, Service } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { readConfig } from "@/lib/service-config/config-facts";
import { changeService } from "./change-service";
import { type ServiceNameInput, ServiceNameInputSchema } from "./names";
import { recordDeed } from "./record";
import { AUTOSCALER_LOST, needsQueue } from "./scaling-metrics";
import { type AutoscalerInput, AutoscalerSchema } from "./scaling-schemas";

export const SetAutoscalerSchema = ServiceNameInputSchema.extend({ rules: AutoscalerSchema });

/** Makes the autoscaler or changes the one that is there. */
export async function setAutoscaler(
  ctx: Context,
  { name, rules }: z.output<typeof SetAutoscalerSchema>,
): Promise<void> {
  await changeService(ctx, name, "autoscale", async (service) => {
    refuseWhatCannotBe(service, rules);
    const before = await ctx.eas.describeAutoscaler(name);
    await put(ctx, name, before, { ...toRules(rules), behavior: before?.behavior });
    return { details: { from: before ? summary(before) : null, to: summary(toRules(rules)) } };
  });
}

export async function deleteAutoscaler(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  await changeService(ctx, name, "autoscale", async () => {
    const before = await ctx.eas.describeAutoscaler(name);
    await ctx.eas.deleteAutoscaler(name);
    return { details: { from: before ? summary(before) : null, to: null } };
  });
}

function refuseWhatCannotBe(service: Service, { min, strategies }: AutoscalerInput): void {
  const isAsync = service.serviceType === "Async" || readConfig(service.config).isAsync;
  if (!isAsync && strategies.some(({ metric, service: source }) => needsQueue(metric) && !source))
    throw new AppError("invalid_input", { params: { rule: "scaling.rules.needsQueue" } });
  // eas-console-features.md §3.
  if (min === 0 && service.gateway)
    throw new AppError("invalid_input", { params: { field: "min", rule: "scaling.rules.zeroWithGateway" } });
}

function toRules({ graceSeconds, activationReplicas, ...rules }: AutoscalerInput): AutoscalerRules {
  return { ...rules, onZero: rules.min === 0 ? { graceSeconds, activationReplicas } : undefined };
}

/** EAS changes an autoscaler to `min` 0 only by making it anew; what was there comes back when that fails. */
async function put(ctx: Context, name: string, before: Autoscaler | undefined, rules: AutoscalerRules): Promise<void> {
  if (!before) return ctx.eas.createAutoscaler(name, rules);
  if (rules.min > 0) return ctx.eas.updateAutoscaler(name, rules);
  await ctx.eas.deleteAutoscaler(name);
  try {
    await ctx.eas.createAutoscaler(name, rules);
  } catch (error) {
    await ctx.eas.createAutoscaler(name, before).catch(async () => {
      await recordDeed(ctx, "services.autoscale", name, { from: summary(before), to: null });
      throw lost(before, error);
    });
    throw error;
  }
}

/** Neither the new one nor the old one is there: the service stays as large as it is, and somebody must know. */
function lost({ min, max, strategies }: Autoscaler, cause: unknown): AppError {
  const { code, retryable, vendor } = cause instanceof AppError ? cause : new AppError("internal", { cause });
  const metrics = strategies.map(({ metric, threshold }) => `${metric} ${threshold}`).join(", ");
  return new AppError(code, { params: { rule: AUTOSCALER_LOST, min, max, metrics }, retryable, vendor, cause });
}

function summary({ min, max, strategies, scaleUpWindowSeconds, scaleDownWindowSeconds, onZero }: AutoscalerRules) {
  return { min, max, strategies, scaleUpWindowSeconds, scaleDownWindowSeconds, onZero };
}
