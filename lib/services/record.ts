import type { Context } from "@/lib/context.server";
import { auditEntries } from "@/lib/store/schema/audit";

export type ServiceDeed =
  | "services.create"
  | "services.start"
  | "services.stop"
  | "services.restart"
  | "services.scale"
  | "services.update"
  | "services.roll_back"
  | "services.autoscale"
  | "services.schedule"
  | "services.release"
  | "services.traffic_mode"
  | "services.label"
  | "services.lock"
  | "services.restart_instance"
  | "services.isolate_instance"
  | "services.delete"
  | "services.reveal_token";

/** Writes down who did what to which service. */
export async function recordDeed(
  ctx: Context,
  action: ServiceDeed,
  target: string,
  details: Record<string, unknown> = {},
): Promise<void> {
  await ctx.db.insert(auditEntries).values({
    at: new Date(ctx.clock.now()),
    userId: ctx.user.id,
    userName: ctx.user.name,
    action,
    target,
    connectionId: ctx.connection.id,
    address: ctx.address ?? "",
    details,
  });
}
