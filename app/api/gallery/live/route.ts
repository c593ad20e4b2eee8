import { exchange } from "@/lib/database.server";
import { liveGallery } from "@/lib/gallery/live-gallery";
import { route } from "@/lib/route.server";
import { sseResponse } from "@/lib/sse";

export const dynamic = "force-dynamic";

export const GET = route("generations.read", async (ctx, call) =>
  sseResponse((signal) => liveGallery(ctx, exchange(), signal), { signal: call.signal, mayGoOn: call.mayGoOn }),
);
