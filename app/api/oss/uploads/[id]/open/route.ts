import { route } from "@/lib/route.server";
import { listOpenBelow } from "@/lib/uploads/stored";
import { UploadIdSchema } from "@/lib/uploads/target";

export const GET = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return listOpenBelow(ctx, id);
});
