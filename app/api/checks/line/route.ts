import { OpenLineSchema, openLine } from "@/lib/prerequisites/line-probe";
import { route } from "@/lib/route.server";

export const POST = route("models.write", async (ctx, call) => openLine(ctx, await call.body(OpenLineSchema)));
