import { browseObjects } from "@/lib/oss/browse";
import { BrowseSchema } from "@/lib/oss/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx, call) => browseObjects(ctx, call.query(BrowseSchema)));
