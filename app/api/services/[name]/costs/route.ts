import { z } from "zod";
import { getServiceCosts } from "@/lib/costs/report";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

const QuerySchema = z.object({ serviceId: z.string().max(200) });

export const GET = route("services.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return getServiceCosts(ctx, { name, ...call.query(QuerySchema) });
});
