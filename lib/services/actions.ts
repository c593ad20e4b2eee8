"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as instance from "./change-instance";
import * as create from "./create-service";
import * as remove from "./delete-service";
import { ServiceNameInputSchema } from "./names";
import * as prove from "./prove-service";
import * as release from "./release-service";
import * as restart from "./restart-service";
import * as reveal from "./reveal-token";
import * as rollBack from "./roll-back-service";
import * as scale from "./scale-service";
import * as autoscaler from "./set-autoscaler";
import * as cronScaler from "./set-cron-scaler";
import * as labels from "./set-labels";
import * as lock from "./set-safety-lock";
import * as start from "./start-service";
import * as stop from "./stop-service";
import * as update from "./update-service";

const Order = orderOf(ServiceNameInputSchema);

export const createService = action(
  orderOf(create.CreateServiceSchema),
  "services.write",
  inPlace(create.createService),
);
export const startService = action(Order, "services.write", inPlace(start.startService));
export const stopService = action(Order, "services.write", inPlace(stop.stopService));
export const restartService = action(
  orderOf(restart.RestartServiceSchema),
  "services.write",
  inPlace(restart.restartService),
);
export const scaleService = action(orderOf(scale.ScaleServiceSchema), "services.write", inPlace(scale.scaleService));
export const setAutoscaler = action(
  orderOf(autoscaler.SetAutoscalerSchema),
  "services.write",
  inPlace(autoscaler.setAutoscaler),
);
export const deleteAutoscaler = action(Order, "services.write", inPlace(autoscaler.deleteAutoscaler));
export const setCronScaler = action(
  orderOf(cronScaler.SetCronScalerSchema),
  "services.write",
  inPlace(cronScaler.setCronScaler),
);
export const deleteCronScaler = action(Order, "services.write", inPlace(cronScaler.deleteCronScaler));
export const restartInstance = action(
  orderOf(instance.RestartInstanceSchema),
  "services.write",
  inPlace(instance.restartInstance),
);
export const isolateInstance = action(
  orderOf(instance.IsolateInstanceSchema),
  "services.write",
  inPlace(instance.isolateInstance),
);
export const rollBackService = action(
  orderOf(rollBack.RollBackServiceSchema),
  "services.write",
  inPlace(rollBack.rollBackService),
);
export const releaseService = action(
  orderOf(release.ReleaseServiceSchema),
  "services.write",
  inPlace(release.releaseService),
);
export const setTrafficMode = action(
  orderOf(release.SetTrafficModeSchema),
  "services.write",
  inPlace(release.setTrafficMode),
);
export const setLabels = action(orderOf(labels.SetLabelsSchema), "services.write", inPlace(labels.setLabels));
export const setSafetyLock = action(orderOf(lock.SetSafetyLockSchema), "services.write", inPlace(lock.setSafetyLock));
export const deleteService = action(Order, "services.write", inPlace(remove.deleteService));
export const revealToken = action(Order, "services.reveal_token", inPlace(reveal.revealToken));
export const updateService = action(
  orderOf(update.UpdateServiceSchema),
  "services.write",
  inPlace(update.updateService),
);
export const proveService = action(Order, "generate", inPlace(prove.proveService));
