import { GenerateSchema, generate } from "@/lib/generations/generate";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return generate(ctx, { ...(await call.body(GenerateSchema.omit({ service: true }))), service: name });
});
