import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { startService } from "@/lib/services/start-service";

export const POST = route("services.write", async (ctx, call) => {
  await startService(ctx, await call.params(ServiceNameInputSchema));
  return { ok: true };
});
