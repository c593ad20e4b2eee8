import { BeginUploadSchema } from "@/lib/oss/upload/wire";
import { route } from "@/lib/route.server";
import { beginUpload } from "@/lib/uploads/target";

export const POST = route("models.write", async (ctx, call) => beginUpload(ctx, await call.body(BeginUploadSchema)));
