import { route } from "@/lib/route.server";
import { getServiceLog, ServiceLogSchema } from "@/lib/services/get-service-log";
import { ServiceNameInputSchema } from "@/lib/services/names";

const QuerySchema = ServiceLogSchema.omit({ name: true });

export const GET = route("services.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return getServiceLog(ctx, { name, ...call.query(QuerySchema) });
});
