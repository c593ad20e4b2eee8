import { route } from "@/lib/route.server";
import { deleteService } from "@/lib/services/delete-service";
import { getService } from "@/lib/services/get-service";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  getService(ctx, await call.params(ServiceNameInputSchema)),
);

export const DELETE = route("services.write", async (ctx, call) => {
  await deleteService(ctx, await call.params(ServiceNameInputSchema));
  return { ok: true };
});
