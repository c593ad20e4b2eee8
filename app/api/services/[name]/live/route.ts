import { exchange } from "@/lib/database.server";
import { liveGenerations } from "@/lib/generations/live-generations";
import { mergeStreams } from "@/lib/merge-streams";
import { route } from "@/lib/route.server";
import { liveEvents } from "@/lib/services/live-events";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { sseResponse } from "@/lib/sse";

export const dynamic = "force-dynamic";

export const GET = route("services.read", async (ctx, call) => {
  const input = await call.params(ServiceNameInputSchema);
  const lastEventId = call.request.headers.get("last-event-id");
  // One stream for a tab: a browser allows six connections to a host.
  return sseResponse(
    (signal) =>
      mergeStreams([liveEvents(ctx, input, signal, lastEventId), liveGenerations(ctx, exchange(), input.name, signal)]),
    { signal: call.signal, mayGoOn: call.mayGoOn },
  );
});
