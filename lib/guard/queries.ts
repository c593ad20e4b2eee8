import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { GuardView } from "./schemas";

/** The guard looks once a minute. */
const EVERY_MS = 30_000;

export const guardQueries = {
  all: (connectionId: string) => ["guard", connectionId] as const,

  /** Of one service; without an id only what holds for all. */
  of: (connectionId: string, serviceId?: string) =>
    queryOptions({
      queryKey: [...guardQueries.all(connectionId), serviceId ?? ""],
      queryFn: ({ signal }) =>
        fetchJson<GuardView>(
          inConnection(connectionId, `/api/guard${serviceId ? `?serviceId=${encodeURIComponent(serviceId)}` : ""}`),
          { signal },
        ),
      refetchInterval: serviceId ? EVERY_MS : false,
    }),
};
