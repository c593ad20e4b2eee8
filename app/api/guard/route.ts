import { z } from "zod";
import { getGuard } from "@/lib/guard/settings";
import { route } from "@/lib/route.server";

const QuerySchema = z.object({ serviceId: z.string().max(200).optional() });

export const GET = route("services.read", (ctx, call) => getGuard(ctx, call.query(QuerySchema)));
