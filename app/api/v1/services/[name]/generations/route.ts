import { randomBytes } from "node:crypto";
import { GenerateSchema } from "@/lib/api/schemas";
import { listGenerations } from "@/lib/generations/list-generations";
import { ListGenerationsSchema } from "@/lib/generations/list-generations-schema";
import { submitGenerations } from "@/lib/generations/submit";
import { toTaskId } from "@/lib/playground/task-id";
import { route } from "@/lib/route.server";
import { getService } from "@/lib/services/get-service";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listGenerations(ctx, { ...call.query(ListGenerationsSchema.omit({ service: true })), service: name });
});

export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  const { requests } = await call.body(GenerateSchema);
  // A page knows its service; a program may mistype the name, and would wait for a picture that nobody makes.
  await getService(ctx, { name });
  return submitGenerations(ctx, {
    service: name,
    requests: requests.map(({ taskId, input }) => ({ taskId: taskId ?? toTaskId(randomBytes(10)), input })),
  });
});
