import { FiltersSchema } from "@/lib/gallery/filters-schema";
import { listTaskIds } from "@/lib/gallery/list-pictures";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx, call) => listTaskIds(ctx, call.query(FiltersSchema)));
