import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { StoredDraft } from "./drafts";

export const draftQueries = {
  all: (connectionId: string) => ["drafts", connectionId] as const,
  list: (connectionId: string) =>
    queryOptions({
      queryKey: [...draftQueries.all(connectionId), "list"],
      queryFn: ({ signal }) => fetchJson<StoredDraft[]>(inConnection(connectionId, "/api/drafts"), { signal }),
    }),
  detail: (connectionId: string, id: string) =>
    queryOptions({
      queryKey: [...draftQueries.all(connectionId), "detail", id],
      queryFn: ({ signal }) => fetchJson<StoredDraft>(inConnection(connectionId, `/api/drafts/${id}`), { signal }),
    }),
};
