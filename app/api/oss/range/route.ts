import { readRange } from "@/lib/oss/root-files";
import { RangeSchema } from "@/lib/oss/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx, call) => readRange(ctx, call.query(RangeSchema)));
