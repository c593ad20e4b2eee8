import { inPlace, orderOf } from "@/lib/connections/order";
import { GenerateSchema, generate } from "@/lib/generations/generate";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

const RequestSchema = orderOf(GenerateSchema.omit({ service: true }));

export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return inPlace(generate)(ctx, { ...(await call.body(RequestSchema)), service: name });
});
