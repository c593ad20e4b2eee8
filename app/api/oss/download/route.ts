import { downloadAddress } from "@/lib/library/download";
import { ObjectKeySchema } from "@/lib/library/schemas";
import { route } from "@/lib/route.server";

export const GET = route("models.read", async (ctx, call) => {
  const address = await downloadAddress(ctx, call.query(ObjectKeySchema));
  return new Response(null, { status: 303, headers: { location: address, "cache-control": "no-store" } });
});
