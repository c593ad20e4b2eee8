import { route } from "@/lib/route.server";
import { listVersions } from "@/lib/services/list-versions";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  listVersions(ctx, await call.params(ServiceNameInputSchema)),
);
