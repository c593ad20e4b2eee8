import type { Context } from "@/lib/context.server";
import type { Autoscaler } from "@/lib/eas/types";
import type { ServiceNameInput } from "./names";
import type { AutoscalerView, ScalingView } from "./scaling-view";

export async function getScaling(ctx: Pick<Context, "eas">, { name }: ServiceNameInput): Promise<ScalingView> {
  const [autoscaler, cronScaler] = await Promise.all([
    ctx.eas.describeAutoscaler(name),
    ctx.eas.describeCronScaler(name),
  ]);
  return { autoscaler: autoscaler && toAutoscalerView(autoscaler, name), cronScaler };
}

/** EAS names the service itself where no other supplies the metric. */
function toAutoscalerView({ behavior: _, ...autoscaler }: Autoscaler, name: string): AutoscalerView {
  const foreign = <T extends { service?: string }>(entry: T): T =>
    entry.service === name ? { ...entry, service: undefined } : entry;
  return {
    ...autoscaler,
    strategies: autoscaler.strategies.map(foreign),
    currentMetrics: autoscaler.currentMetrics.map(foreign),
  };
}
