import { DraftIdSchema, getDraft } from "@/lib/drafts/drafts";
import { route } from "@/lib/route.server";

export const GET = route("services.write", async (ctx, call) => getDraft(ctx, await call.params(DraftIdSchema)));
