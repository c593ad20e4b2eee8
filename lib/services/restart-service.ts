import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import type { ServiceNameInput } from "./names";

export async function restartService(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  await changeService(ctx, name, "restart", () => ctx.eas.restartService(name));
}
