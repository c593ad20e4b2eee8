import { listGenerations } from "@/lib/generations/list-generations";
import { ListGenerationsSchema } from "@/lib/generations/list-generations-schema";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listGenerations(ctx, { ...call.query(ListGenerationsSchema.omit({ service: true })), service: name });
});
