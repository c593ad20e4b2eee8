import { route } from "@/lib/route.server";
import { callInformation } from "@/lib/services/call-information";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const GET = route("services.read", async (ctx, call) =>
  callInformation(ctx, await call.params(ServiceNameInputSchema)),
);
