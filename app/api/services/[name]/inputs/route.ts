import { readInput, storeInput, tooLarge } from "@/lib/generations/input-pictures";
import { PictureKeySchema } from "@/lib/generations/picture-key";
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

/** One of them, or a result, for showing it. Names of inputs are sums of their content; results are never written again. */
export const GET = route("generations.read", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  const { bytes, type } = await readInput(ctx, { service: name, ...call.query(PictureKeySchema) });
  return new Response(new Uint8Array(bytes), {
    headers: {
      "content-type": type,
      "cache-control": "private, max-age=86400, immutable",
      "x-content-type-options": "nosniff",
    },
  });
});
