import { liveImports } from "@/lib/imports/live-imports";
import { route } from "@/lib/route.server";
import { sseResponse } from "@/lib/sse";

export const dynamic = "force-dynamic";

export const GET = route("models.read", async (ctx, call) =>
  sseResponse((signal) => liveImports(ctx, signal), { signal: call.signal, mayGoOn: call.mayGoOn }),
);
