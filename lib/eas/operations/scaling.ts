import { mapAutoscaler, mapCronScaler, toAutoscalerBody, toCronScalerBody } from "@/lib/eas/mapping-scaling";
import type { Autoscaler, AutoscalerRules, CronScaler, CronScalerRules } from "@/lib/eas/types";
import { AnyReply } from "@/lib/eas/wire";
import { AutoscalerReply, CronScalerReply } from "@/lib/eas/wire-scaling";
import { AppError } from "@/lib/errors";
import type { Api } from "./api";

/** Replicas that change by themselves: by load and by the clock (eas-openapi.md §7.4). */
export interface ScalingOperations {
  /** Undefined when the service has none. */
  describeAutoscaler(name: string): Promise<Autoscaler | undefined>;
  createAutoscaler(name: string, rules: AutoscalerRules): Promise<void>;
  /** Does not take `min` 0. */
  updateAutoscaler(name: string, rules: AutoscalerRules): Promise<void>;
  deleteAutoscaler(name: string): Promise<void>;
  /** Undefined when the service has none. */
  describeCronScaler(name: string): Promise<CronScaler | undefined>;
  createCronScaler(name: string, rules: CronScalerRules): Promise<void>;
  /** The jobs given take the place of all. */
  updateCronScaler(name: string, rules: CronScalerRules): Promise<void>;
  deleteCronScaler(name: string): Promise<void>;
}

export function scalingOperations({ call, servicePath }: Api): ScalingOperations {
  const autoscaler = (name: string) => ({ path: servicePath(name, "autoscaler"), reply: AnyReply });
  const cronScaler = (name: string) => ({ path: servicePath(name, "cronscaler"), reply: AnyReply });

  return {
    async describeAutoscaler(name) {
      const reply = await orNone(() =>
        call({
          ...autoscaler(name),
          action: "DescribeServiceAutoScaler",
          method: "GET",
          reply: AutoscalerReply,
        }),
      );
      return reply && mapAutoscaler(reply);
    },
    async createAutoscaler(name, rules) {
      const body = toAutoscalerBody(rules);
      await call({ ...autoscaler(name), action: "CreateServiceAutoScaler", method: "POST", body });
    },
    async updateAutoscaler(name, rules) {
      const body = toAutoscalerBody(rules);
      await call({ ...autoscaler(name), action: "UpdateServiceAutoScaler", method: "PUT", body });
    },
    async deleteAutoscaler(name) {
      await call({ ...autoscaler(name), action: "DeleteServiceAutoScaler", method: "DELETE" });
    },
    async describeCronScaler(name) {
      const reply = await orNone(() =>
        call({
          ...cronScaler(name),
          action: "DescribeServiceCronScaler",
          method: "GET",
          reply: CronScalerReply,
        }),
      );
      return reply && mapCronScaler(reply);
    },
    async createCronScaler(name, rules) {
      const body = toCronScalerBody(rules);
      await call({ ...cronScaler(name), action: "CreateServiceCronScaler", method: "POST", body });
    },
    async updateCronScaler(name, rules) {
      const body = toCronScalerBody(rules);
      await call({ ...cronScaler(name), action: "UpdateServiceCronScaler", method: "PUT", body });
    },
    async deleteCronScaler(name) {
      await call({ ...cronScaler(name), action: "DeleteServiceCronScaler", method: "DELETE" });
    },
  };
}

/** No source says what EAS answers where there is no scaler; a service that is not there has a code of its own. */
async function orNone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const isNone =
      error instanceof AppError && error.code === "not_found" && error.vendor?.code !== "InvalidService.NotFound";
    if (isNone) return undefined;
    throw error;
  }
}
