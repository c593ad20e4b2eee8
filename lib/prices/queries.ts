import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { PriceListView } from "./schemas";

/** Prices change when somebody edits them here. */
const FRESH_MS = 60_000;

export const priceQueries = {
  list: (connectionId: string) =>
    queryOptions({
      queryKey: ["prices", connectionId],
      queryFn: ({ signal }) => fetchJson<PriceListView>(inConnection(connectionId, "/api/prices"), { signal }),
      staleTime: FRESH_MS,
    }),
};
