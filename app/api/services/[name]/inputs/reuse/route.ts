import { reuseResult } from "@/lib/generations/input-pictures";
import { PictureKeySchema } from "@/lib/generations/picture-key";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  return reuseResult(ctx, { service: name, ...(await call.body(PictureKeySchema)) });
});
