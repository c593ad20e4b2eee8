import { listRoots } from "@/lib/library/list-roots";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx) => listRoots(ctx));
