import { DeploySchema } from "@/lib/api/schemas";
import { route } from "@/lib/route.server";
import { createService } from "@/lib/services/create-service";
import { listServices } from "@/lib/services/list-services";

export const GET = route("services.read", async (ctx) => (await listServices(ctx, {})).items);

export const POST = route("services.write", async (ctx, call) => {
  const { config, ...input } = await call.body(DeploySchema);
  return createService(ctx, { ...input, config: JSON.stringify(config) });
});
