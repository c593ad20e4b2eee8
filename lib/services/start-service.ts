import type { Context } from "@/lib/context.server";
import { changeService } from "./change-service";
import { followStart } from "./followed-starts";
import type { ServiceNameInput } from "./names";

export async function startService(ctx: Context, { name }: ServiceNameInput): Promise<void> {
  await changeService(ctx, name, "start", () => ctx.eas.startService(name));
  await followStart(ctx, name, { purpose: "start", proof: "unwanted" });
}
