import { presetSize } from "@/lib/imports/preset-size";
import { elsewhere } from "@/lib/imports/runner.server";
import { PresetSchema, type PresetSizeReply } from "@/lib/imports/schemas";
import { route } from "@/lib/route.server";

/** What a known source weighs. That its server does not answer is an answer too. */
export const GET = route("models.read", async (ctx, call): Promise<PresetSizeReply> => {
  const { id } = call.query(PresetSchema);
  try {
    return { sizeBytes: await presetSize({ ...elsewhere(), oss: ctx.oss }, id, call.signal) };
  } catch {
    return {};
  }
});
