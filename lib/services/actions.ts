"use server";

import { action } from "@/lib/action.server";
import * as create from "./create-service";
import * as remove from "./delete-service";
import { ServiceNameInputSchema } from "./names";
import * as restart from "./restart-service";
import * as reveal from "./reveal-token";
import * as scale from "./scale-service";
import * as start from "./start-service";
import * as stop from "./stop-service";

export const createService = action(create.CreateServiceSchema, "services.write", create.createService);
export const startService = action(ServiceNameInputSchema, "services.write", start.startService);
export const stopService = action(ServiceNameInputSchema, "services.write", stop.stopService);
export const restartService = action(ServiceNameInputSchema, "services.write", restart.restartService);
export const scaleService = action(scale.ScaleServiceSchema, "services.write", scale.scaleService);
export const deleteService = action(ServiceNameInputSchema, "services.write", remove.deleteService);
export const revealToken = action(ServiceNameInputSchema, "services.reveal_token", reveal.revealToken);
