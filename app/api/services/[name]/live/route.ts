import { route } from "@/lib/route.server";
import { liveEvents } from "@/lib/services/live-events";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { sseResponse } from "@/lib/sse";

export const dynamic = "force-dynamic";

export const GET = route("services.read", async (ctx, call) => {
  const input = await call.params(ServiceNameInputSchema);
  return sseResponse((signal) => liveEvents(ctx, input, signal), { signal: call.signal });
});
