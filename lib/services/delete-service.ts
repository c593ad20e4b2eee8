import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import type { ServiceNameInput } from "./names";

/** Instances, address and token go; the model, the results and everything else in the bucket stay. */
export async function deleteService(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  await changeService(ctx, name, "delete", () => ctx.eas.deleteService(name));
}
