import { PromptsQuerySchema } from "@/lib/prompts/schemas";
import { listUsedPrompts } from "@/lib/prompts/used-prompts";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", async (ctx, call) => {
  // The connection is in the address beside it.
  const { search } = call.query(PromptsQuerySchema);
  return listUsedPrompts(ctx, { search });
});
