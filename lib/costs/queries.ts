import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { Period } from "./cost";
import type { CostReport, ServiceCosts } from "./schemas";

/** Running times are read once a minute. */
const EVERY_MS = 30_000;

export const costQueries = {
  all: (connectionId: string) => ["costs", connectionId] as const,

  report: (connectionId: string, period: Period) =>
    queryOptions({
      queryKey: [...costQueries.all(connectionId), "report", period],
      queryFn: ({ signal }) =>
        fetchJson<CostReport>(inConnection(connectionId, `/api/costs?period=${period}`), { signal }),
      refetchInterval: EVERY_MS,
    }),

  /** Of one service; its id, because another one may have had the name. */
  service: (connectionId: string, name: string, serviceId: string) =>
    queryOptions({
      queryKey: [...costQueries.all(connectionId), "service", name, serviceId],
      queryFn: ({ signal }) =>
        fetchJson<ServiceCosts>(
          inConnection(
            connectionId,
            `/api/services/${encodeURIComponent(name)}/costs?serviceId=${encodeURIComponent(serviceId)}`,
          ),
          { signal },
        ),
      refetchInterval: EVERY_MS,
    }),
};
