import { FiltersSchema } from "@/lib/gallery/filters";
import { listLandmarks } from "@/lib/gallery/list-pictures";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx, call) => listLandmarks(ctx, call.query(FiltersSchema)));
