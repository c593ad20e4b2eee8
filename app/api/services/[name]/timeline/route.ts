import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { ListTimelineSchema, listTimeline } from "@/lib/services/timeline-store";

const QuerySchema = ListTimelineSchema.omit({ name: true });

export const GET = route("services.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return listTimeline(ctx, { name, ...call.query(QuerySchema) });
});
