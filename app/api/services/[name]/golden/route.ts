import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { listGolden } from "@/lib/sheets/golden";

export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listGolden(ctx, { service: name });
});
