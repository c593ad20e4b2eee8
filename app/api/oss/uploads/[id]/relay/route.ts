import { route } from "@/lib/route.server";
import { RelaySchema, relayBody } from "@/lib/uploads/relay";
import { UploadIdSchema } from "@/lib/uploads/target";

export const PUT = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return relayBody(ctx, id, call.query(RelaySchema), call.request);
});
