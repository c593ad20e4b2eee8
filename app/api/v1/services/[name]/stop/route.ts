import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { stopService } from "@/lib/services/stop-service";

export const POST = route("services.write", async (ctx, call) => {
  await stopService(ctx, await call.params(ServiceNameInputSchema));
  return { ok: true };
});
