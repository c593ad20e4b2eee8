import { listOpenUploads } from "@/lib/library/open-uploads";
import { RootSchema } from "@/lib/library/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx, call) => listOpenUploads(ctx, call.query(RootSchema)));
