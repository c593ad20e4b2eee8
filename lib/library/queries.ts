import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { OpenUploads, RootsReply } from "./schemas";

export const libraryQueries = {
  all: (connectionId: string) => ["library", connectionId] as const,
  roots: (connectionId: string) =>
    queryOptions({
      queryKey: [...libraryQueries.all(connectionId), "roots"],
      queryFn: ({ signal }) =>
        fetchJson<z.input<typeof RootsReply>>(inConnection(connectionId, "/api/models"), { signal }),
    }),
  openUploads: (connectionId: string, bucket: string, prefix: string) =>
    queryOptions({
      queryKey: [...libraryQueries.all(connectionId), "open-uploads", { bucket, prefix }],
      queryFn: ({ signal }) =>
        fetchJson<OpenUploads>(
          inConnection(connectionId, `/api/models/open-uploads?${new URLSearchParams({ bucket, prefix })}`),
          { signal },
        ),
    }),
};
