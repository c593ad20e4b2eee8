import { listRootFiles } from "@/lib/oss/root-files";
import { RootFilesSchema } from "@/lib/oss/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", (ctx, call) => listRootFiles(ctx, call.query(RootFilesSchema)));
