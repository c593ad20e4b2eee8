import { route } from "@/lib/route.server";
import { getScaling } from "@/lib/services/get-scaling";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  getScaling(ctx, await call.params(ServiceNameInputSchema)),
);
