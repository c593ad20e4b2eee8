import { FiltersSchema } from "@/lib/gallery/filters-schema";
import { openGallery } from "@/lib/gallery/list-pictures";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx, call) => openGallery(ctx, call.query(FiltersSchema)));
