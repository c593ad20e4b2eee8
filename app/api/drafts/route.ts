import { listDrafts } from "@/lib/drafts/drafts";
import { route } from "@/lib/route.server";

export const GET = route("services.write", (ctx) => listDrafts(ctx));
