import { randomUUID } from "node:crypto";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { addEntries } from "./timeline-store";

export const SERVICE_DEEDS = [
  "services.create",
  "services.start",
  "services.stop",
  "services.restart",
  "services.scale",
  "services.update",
  "services.roll_back",
  "services.autoscale",
  "services.schedule",
  "services.release",
  "services.traffic_mode",
  "services.label",
  "services.lock",
  "services.restart_instance",
  "services.isolate_instance",
  "services.keep_running",
  "services.prove",
  "services.delete",
  "services.reveal_token",
] as const;
export type ServiceDeed = (typeof SERVICE_DEEDS)[number];

/** Writes down who did what to which service: for the audit, and in the service's own story. */
export async function recordDeed(
  ctx: Pick<Context, "db" | "clock" | "connection" | "user" | "address">,
  action: ServiceDeed,
  target: string,
  details: Record<string, unknown> = {},
  at = new Date(ctx.clock.now()),
): Promise<void> {
  const connectionId = ctx.connection.id;
  const { clock, user, address = "" } = ctx;
  await writeAudit(ctx.db, clock, { action, target, user, address, connectionId, details, at });
  const entry = {
    at: at.toISOString(),
    kind: "action",
    level: "info",
    code: action.replace("services.", ""),
    params: { ...shownDetails(details), by: ctx.user.name },
    text: "",
    fingerprint: `a:${randomUUID()}`,
  } as const;
  await addEntries(ctx.db, { connectionId, service: target }, [entry]);
}

function shownDetails(details: Record<string, unknown>): Record<string, string | number> {
  const entries = Object.entries(details).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return Object.fromEntries(entries);
}
