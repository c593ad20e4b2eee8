import { getRebuild } from "@/lib/gallery/rebuild/manage";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx) => getRebuild(ctx));
