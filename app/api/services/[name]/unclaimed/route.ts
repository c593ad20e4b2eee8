import { listUnclaimed } from "@/lib/generations/unclaimed";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listUnclaimed(ctx, { service: name });
});
