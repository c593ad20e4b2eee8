import { route } from "@/lib/route.server";
import { getGroup } from "@/lib/services/get-group";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  getGroup(ctx, await call.params(ServiceNameInputSchema)),
);
