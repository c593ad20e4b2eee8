import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { getSheet } from "@/lib/sheets/get-sheet";
import { SheetIdSchema } from "@/lib/sheets/schemas";

export const GET = route("generations.read", async (ctx, call) => {
  const { name, id } = await call.params(ServiceNameInputSchema.extend(SheetIdSchema.shape));
  return getSheet(ctx, { service: name, id });
});
