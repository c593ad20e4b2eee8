import type { Context } from "@/lib/context.server";
import { type ServiceAction, serviceCan } from "@/lib/eas/service-can";
import type { Service } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { recordDeed, type ServiceDeed } from "./record";
import { serviceSweeps } from "./sweep";
import { serviceWatchers } from "./watchers";

/** What the audit calls each change; `from` and `to` in its details are the values before and after. */
const DEEDS = {
  start: "services.start",
  stop: "services.stop",
  restart: "services.restart",
  scale: "services.scale",
  autoscale: "services.autoscale",
  schedule: "services.schedule",
  update: "services.update",
  rollBack: "services.roll_back",
  release: "services.release",
  label: "services.label",
  lock: "services.lock",
  changeInstances: "services.restart_instance",
  delete: "services.delete",
} as const satisfies Record<Exclude<ServiceAction, "call" | "clone">, ServiceDeed>;

export type Change = keyof typeof DEEDS;

/** What was done, for the audit: the deed where it is another than the change's own, and the values before and after. */
export interface Done {
  deed?: ServiceDeed;
  details?: Record<string, unknown>;
}

/**
 * Asks what the state allows, acts, writes it down, and lets everybody who watches see it at once. `act` gets the service
 * as it was before.
 */
export async function changeService(
  ctx: Context,
  name: string,
  action: Change,
  // biome-ignore lint/suspicious/noConfusingVoidType: an act without anything to tell returns nothing
  act: (before: Service) => Promise<Done | void>,
): Promise<void> {
  const before = await ctx.eas.describeService(name);
  const permission = serviceCan[action](before);
  if (!permission.allowed)
    throw new AppError("conflict", {
      params: { what: "state", name, reason: permission.reason, rule: `status.reason.${permission.reason}` },
    });
  const { deed = DEEDS[action], details = { from: before.status } } = (await act(before)) ?? {};
  // So that the version which an update makes is known to be this person's.
  const made = action === "update" ? { version: before.version.latest + 1 } : {};
  await recordDeed(ctx, deed, name, { ...made, ...details });
  serviceWatchers().poke(ctx.connection, name);
  serviceSweeps().poke(ctx.connection);
}
