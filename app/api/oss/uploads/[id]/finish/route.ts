import { route } from "@/lib/route.server";
import { finishUpload } from "@/lib/uploads/finish";
import { FinishUploadSchema } from "@/lib/uploads/schemas";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return finishUpload(ctx, id, await call.body(FinishUploadSchema));
});
