import { storeInput, tooLarge } from "@/lib/generations/input-pictures";
import { INPUT_BYTES_MAX } from "@/lib/playground/input-budget";
import { readBounded } from "@/lib/read-bounded";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

/** The body is the picture itself. */
export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  const bytes = await readBounded(call.request.body, INPUT_BYTES_MAX);
  if (!bytes) throw tooLarge();
  return storeInput(ctx, { service: name, bytes });
});
