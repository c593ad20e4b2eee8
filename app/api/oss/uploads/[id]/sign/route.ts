import { SignSchema } from "@/lib/oss/upload/wire";
import { route } from "@/lib/route.server";
import { signUpload } from "@/lib/uploads/sign";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return signUpload(ctx, id, await call.body(SignSchema));
});
