import { count, inArray, ne } from "drizzle-orm";
import { OPEN_STATES } from "@/lib/generations/states";
import { metrics } from "@/lib/metrics";
import type { Database } from "@/lib/store/database";
import { generations } from "@/lib/store/schema/generations";
import { imports } from "@/lib/store/schema/imports";
import { webhookDeliveries } from "@/lib/store/schema/notifications";
import { followedStarts } from "@/lib/store/schema/watches";
import manifest from "@/package.json";

/** The text that Prometheus reads: what this process counted, and what waits in the store. */
export async function renderMetrics(db: Database): Promise<{ text: string; contentType: string }> {
  const { registry, jobs, info } = metrics();
  const [pictures, fetched, deliveries, starts] = await Promise.all([
    db
      .select({ state: generations.status, count: count() })
      .from(generations)
      .where(inArray(generations.status, [...OPEN_STATES]))
      .groupBy(generations.status),
    db.select({ state: imports.state, count: count() }).from(imports).groupBy(imports.state),
    db
      .select({ state: webhookDeliveries.state, count: count() })
      .from(webhookDeliveries)
      .groupBy(webhookDeliveries.state),
    db
      .select({ state: followedStarts.state, count: count() })
      .from(followedStarts)
      .where(ne(followedStarts.state, "over"))
      .groupBy(followedStarts.state),
  ]);
  jobs.reset();
  const kinds = { generation: pictures, import: fetched, webhook: deliveries, start: starts };
  for (const [kind, rows] of Object.entries(kinds)) {
    for (const row of rows) jobs.set({ kind, state: row.state }, row.count);
  }
  info.set({ version: manifest.version }, 1);
  return { text: await registry.metrics(), contentType: registry.contentType };
}
