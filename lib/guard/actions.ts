"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import { KeepRunningSchema, SaveGuardDefaultSchema } from "./schemas";
import * as settings from "./settings";

export const saveGuardDefault = action(
  orderOf(SaveGuardDefaultSchema),
  "costs.write",
  inPlace(settings.saveGuardDefault),
);
export const keepRunning = action(orderOf(KeepRunningSchema), "services.write", inPlace(settings.keepServiceRunning));
