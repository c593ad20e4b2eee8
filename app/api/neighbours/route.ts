import { route } from "@/lib/route.server";
import { listNeighbours } from "@/lib/services/list-neighbours";

export const GET = route("services.read", (ctx) => listNeighbours(ctx));
