import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { listSheets } from "@/lib/sheets/get-sheet";

export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listSheets(ctx, { service: name });
});
