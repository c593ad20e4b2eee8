import { renderMetrics } from "@/lib/jobs/metrics-text";
import { route } from "@/lib/route.server";

/** For Prometheus, with a token that has this right. */
export const GET = route("metrics.read", async ({ db }) => {
  const { text, contentType } = await renderMetrics(db);
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
});
