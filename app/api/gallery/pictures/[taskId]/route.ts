import { z } from "zod";
import { FiltersSchema } from "@/lib/gallery/filters-schema";
import { getPicture, TaskIdSchema } from "@/lib/gallery/get-picture";
import { route } from "@/lib/route.server";

export const GET = route("generations.read", async (ctx, call) => {
  const { taskId } = await call.params(z.object({ taskId: TaskIdSchema }));
  return getPicture(ctx, { taskId, ...call.query(FiltersSchema) });
});
