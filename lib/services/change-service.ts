import type { Context } from "@/lib/context.server";
import { type ServiceAction, serviceCan } from "@/lib/eas/status";
import { AppError } from "@/lib/errors";
import { recordDeed } from "./record";
import { serviceWatchers } from "./watchers";

type Change = Exclude<ServiceAction, "call" | "update">;

/** Asks what the state allows, acts, writes it down, and lets everybody who watches see it at once. */
export async function changeService(
  ctx: Context,
  name: string,
  action: Change,
  act: () => Promise<void>,
  details: Record<string, unknown> = {},
): Promise<void> {
  const permission = serviceCan[action](await ctx.eas.describeService(name));
  if (!permission.allowed)
    throw new AppError("conflict", {
      params: { what: "state", name, reason: permission.reason, rule: `status.reason.${permission.reason}` },
    });
  await act();
  await recordDeed(ctx, `services.${action}`, name, details);
  serviceWatchers().poke(ctx.connection, name);
}
