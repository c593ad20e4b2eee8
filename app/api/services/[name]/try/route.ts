import { inPlace, orderOf } from "@/lib/connections/order";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { TryCallSchema, tryCall } from "@/lib/services/try-call";

const RequestSchema = orderOf(TryCallSchema.omit({ name: true }));

export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return inPlace(tryCall)(ctx, { ...(await call.body(RequestSchema)), name });
});
