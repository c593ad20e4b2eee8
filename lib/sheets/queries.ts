import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { isOpen } from "@/lib/generations/states";
import { keepLinks, RENEW_MS } from "./keep-links";
import type { GoldenPrompt, Sheet, SheetSummary } from "./view";

const MOVING_MS = 2_000;

const of = (connectionId: string, service: string, rest: string) =>
  inConnection(connectionId, `/api/services/${encodeURIComponent(service)}/${rest}`);

export const sheetQueries = {
  all: (connectionId: string, service: string) => ["sheets", connectionId, service] as const,
  list: (connectionId: string, service: string) =>
    queryOptions({
      queryKey: [...sheetQueries.all(connectionId, service), "list"],
      queryFn: ({ signal }) => fetchJson<SheetSummary[]>(of(connectionId, service, "sheets"), { signal }),
      refetchInterval: ({ state }) => (state.data?.some(({ open }) => open > 0) ? MOVING_MS : false),
    }),
  detail: (connectionId: string, service: string, id: string) =>
    queryOptions({
      queryKey: [...sheetQueries.all(connectionId, service), "detail", id],
      queryFn: ({ signal }) =>
        fetchJson<Sheet>(of(connectionId, service, `sheets/${encodeURIComponent(id)}`), { signal }),
      refetchInterval: ({ state }) =>
        state.data?.cells.some((cell) => cell && isOpen(cell.status)) ? MOVING_MS : RENEW_MS,
      structuralSharing: (before, now) => keepLinks(before, now),
    }),
  golden: (connectionId: string, service: string) =>
    queryOptions({
      queryKey: [...sheetQueries.all(connectionId, service), "golden"],
      queryFn: ({ signal }) => fetchJson<GoldenPrompt[]>(of(connectionId, service, "golden"), { signal }),
      staleTime: RENEW_MS / 2,
      refetchInterval: RENEW_MS,
    }),
};
