import { route } from "@/lib/route.server";
import { openProbe } from "@/lib/uploads/probe";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return openProbe(ctx, id);
});
