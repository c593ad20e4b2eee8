import { getCosts } from "@/lib/costs/report";
import { CostQuerySchema } from "@/lib/costs/schemas";
import { route } from "@/lib/route.server";

export const GET = route("services.read", (ctx, call) => getCosts(ctx, call.query(CostQuerySchema)));
