import { MultipartSchema } from "@/lib/oss/upload/wire";
import { route } from "@/lib/route.server";
import { listUploadedParts } from "@/lib/uploads/multipart";
import { UploadIdSchema } from "@/lib/uploads/target";

export const GET = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return listUploadedParts(ctx, id, call.query(MultipartSchema));
});
