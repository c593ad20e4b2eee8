import { route } from "@/lib/route.server";
import { getService } from "@/lib/services/get-service";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  getService(ctx, await call.params(ServiceNameInputSchema)),
);
