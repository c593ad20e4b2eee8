"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as create from "./create-service";
import * as remove from "./delete-service";
import { ServiceNameInputSchema } from "./names";
import * as prove from "./prove-service";
import * as restart from "./restart-service";
import * as reveal from "./reveal-token";
import * as back from "./roll-back-service";
import * as scale from "./scale-service";
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
export const restartService = action(Order, "services.write", inPlace(restart.restartService));
export const scaleService = action(orderOf(scale.ScaleServiceSchema), "services.write", inPlace(scale.scaleService));
export const deleteService = action(Order, "services.write", inPlace(remove.deleteService));
export const revealToken = action(Order, "services.reveal_token", inPlace(reveal.revealToken));
export const updateService = action(
  orderOf(update.UpdateServiceSchema),
  "services.write",
  inPlace(update.updateService),
);
export const rollBackService = action(
  orderOf(back.RollBackServiceSchema),
  "services.write",
  inPlace(back.rollBackService),
);
export const proveService = action(Order, "generate", inPlace(prove.proveService));
