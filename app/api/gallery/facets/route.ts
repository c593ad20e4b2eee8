import { listFacets } from "@/lib/gallery/list-facets";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", (ctx) => listFacets(ctx));
