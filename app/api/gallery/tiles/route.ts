import { listTiles, TilesInputSchema } from "@/lib/gallery/list-pictures";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx, call) => listTiles(ctx, call.query(TilesInputSchema)));
