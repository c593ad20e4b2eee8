import { StatSchema } from "@/lib/oss/upload/wire";
import { route } from "@/lib/route.server";
import { statStored } from "@/lib/uploads/stored";
import { UploadIdSchema } from "@/lib/uploads/target";

export const GET = route("models.write", async (ctx, call) => {
  const { id } = await call.params(UploadIdSchema);
  return statStored(ctx, id, call.query(StatSchema));
});
