import { checkPrefix } from "@/lib/oss/check-prefix";
import { CheckPrefixSchema } from "@/lib/oss/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx, call) => checkPrefix(ctx, call.query(CheckPrefixSchema)));
