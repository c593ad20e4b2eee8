import { MultipartSchema } from "@/lib/oss/upload/wire";
import { route } from "@/lib/route.server";
import { abortUpload } from "@/lib/uploads/multipart";
import { UploadIdSchema } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return abortUpload(ctx, id, await call.body(MultipartSchema));
});
