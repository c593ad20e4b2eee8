import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { Style, UsedPrompt } from "./schemas";

export const promptQueries = {
  all: (connectionId: string) => ["prompts", connectionId] as const,
  used: (connectionId: string, search: string) =>
    queryOptions({
      queryKey: [...promptQueries.all(connectionId), "used", search],
      queryFn: ({ signal }) =>
        fetchJson<UsedPrompt[]>(inConnection(connectionId, `/api/prompts?${new URLSearchParams({ search })}`), {
          signal,
        }),
      placeholderData: (before) => before,
    }),
  /** A person's own, whatever the connection. */
  styles: () =>
    queryOptions({
      queryKey: ["prompt-styles"],
      queryFn: ({ signal }) => fetchJson<Style[]>("/api/prompts/styles", { signal }),
    }),
};
