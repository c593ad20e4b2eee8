import { route } from "@/lib/route.server";
import { markPresence, PresenceSchema } from "@/lib/uploads/presence";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return markPresence(ctx, id, await call.body(PresenceSchema));
});
