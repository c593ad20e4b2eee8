import { z } from "zod";
import { readInput, storeInput, tooLarge } from "@/lib/generations/input-pictures";
import { PictureKeySchema } from "@/lib/generations/picture-key";
import { INPUT_BYTES_MAX, LINKED_BYTES_MAX } from "@/lib/playground/input-budget";
import { readBounded } from "@/lib/read-bounded";
import { route } from "@/lib/route.server";
import { ServiceNameInputSchema } from "@/lib/services/names";

/** `link`: larger than a request takes; the service is to read it from the bucket. */
const StoreSchema = z.object({ link: z.literal("1").optional() });

/** The body is the picture itself. */
export const POST = route("generate", async (ctx, call) => {
  const { name } = await call.params(ServiceNameInputSchema);
  const byLink = call.query(StoreSchema).link === "1";
  const maxBytes = byLink ? LINKED_BYTES_MAX : INPUT_BYTES_MAX;
  const bytes = await readBounded(call.request.body, maxBytes);
  if (!bytes) throw tooLarge(maxBytes);
  return storeInput(ctx, { service: name, bytes, byLink });
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
