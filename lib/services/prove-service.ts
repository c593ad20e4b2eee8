import type { Context } from "@/lib/context.server";
import { serviceCan } from "@/lib/eas/service-can";
import { AppError } from "@/lib/errors";
import { followStart } from "./followed-starts";
import type { ServiceNameInput } from "./names";
import { recordDeed } from "./record";
import { serviceWatchers } from "./watchers";

/** Asks for the picture that proves a service: one small picture, made by the server with or without a browser. */
export async function proveService(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  const permission = serviceCan.call(await ctx.eas.describeService(name));
  if (!permission.allowed)
    throw new AppError("conflict", {
      params: { what: "state", name, reason: permission.reason, rule: `status.reason.${permission.reason}` },
    });
  await followStart(ctx, name, { purpose: "prove", proof: "wanted" });
  await recordDeed(ctx, "services.prove", name);
  serviceWatchers().poke(ctx.connection, name);
}
