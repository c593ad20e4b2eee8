import { route } from "@/lib/route.server";
import { listAddOnFiles } from "@/lib/services/add-on-files";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("models.read", async (ctx, call) =>
  listAddOnFiles(ctx, await call.params(ServiceNameInputSchema)),
);
