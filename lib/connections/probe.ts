import type { Clock } from "@/lib/clock";
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";

/** What the other side answered, and how fast. `count`: services or buckets seen. */
export type Probe = { ok: true; elapsedMs: number; count: number } | { ok: false; elapsedMs: number; error: ErrorView };

export interface ConnectionTest {
  eas: Probe;
  oss: Probe;
}

interface Clients {
  eas: { listServices(query: { pageNumber: number; pageSize: number }): Promise<{ totalCount: number }> };
  oss: { listBuckets(): Promise<readonly unknown[]> };
}

/** One harmless call to each; neither waits for the other, and a refusal is an answer too. */
export async function probeConnection(clients: Clients, clock: Clock): Promise<ConnectionTest> {
  const [eas, oss] = await Promise.all([
    probe(clock, async () => (await clients.eas.listServices({ pageNumber: 1, pageSize: 1 })).totalCount),
    probe(clock, async () => (await clients.oss.listBuckets()).length),
  ]);
  return { eas, oss };
}

async function probe(clock: Clock, call: () => Promise<number>): Promise<Probe> {
  const start = clock.now();
  try {
    return { ok: true, count: await call(), elapsedMs: clock.now() - start };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ok: false, error: toErrorView(error), elapsedMs: clock.now() - start };
  }
}
