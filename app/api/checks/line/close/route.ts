import { CloseLineSchema, closeLine } from "@/lib/prerequisites/line-probe";
import { route } from "@/lib/route.server";

export const POST = route("models.write", async (ctx, call) => closeLine(ctx, await call.body(CloseLineSchema)));
