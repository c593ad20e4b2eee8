import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { PartialDraftSchema } from "@/lib/service-config/draft";

const StoredDraftSchema = z.object({ id: z.uuid(), data: PartialDraftSchema, updatedAt: z.string() });

export const draftQueries = {
  all: (connectionId: string) => ["drafts", connectionId] as const,
  list: (connectionId: string) =>
    queryOptions({
      queryKey: [...draftQueries.all(connectionId), "list"],
      queryFn: ({ signal }) =>
        fetchJson(z.array(StoredDraftSchema), inConnection(connectionId, "/api/drafts"), { signal }),
    }),
  detail: (connectionId: string, id: string) =>
    queryOptions({
      queryKey: [...draftQueries.all(connectionId), "detail", id],
      queryFn: ({ signal }) =>
        fetchJson(StoredDraftSchema, inConnection(connectionId, `/api/drafts/${id}`), { signal }),
    }),
};
