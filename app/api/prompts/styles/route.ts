import { listStyles } from "@/lib/prompts/styles";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx) => listStyles(ctx));
