import { route } from "@/lib/route.server";
import { listImages } from "@/lib/services/list-images";

export const GET = route("services.read", (ctx) => listImages(ctx));
