import { FiltersSchema } from "@/lib/gallery/filters";
import { openGallery } from "@/lib/gallery/list-pictures";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx, call) => openGallery(ctx, call.query(FiltersSchema)));
