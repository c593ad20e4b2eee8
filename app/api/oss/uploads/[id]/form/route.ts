import { route } from "@/lib/route.server";
import { signUploadForm } from "@/lib/uploads/sign";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return signUploadForm(ctx, id);
});
