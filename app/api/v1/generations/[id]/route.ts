import { GenerationIdSchema } from "@/lib/api/schemas";
import { getGeneration } from "@/lib/generations/get-generation";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", async (ctx, call) =>
  getGeneration(ctx, await call.params(GenerationIdSchema)),
);
