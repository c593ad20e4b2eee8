import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";

/** The screens load no validator before the first answer is on its way. */
const schemas = () => import("./schemas");

export const libraryQueries = {
  all: (connectionId: string) => ["library", connectionId] as const,
  roots: (connectionId: string) =>
    queryOptions({
      queryKey: [...libraryQueries.all(connectionId), "roots"],
      queryFn: ({ signal }) =>
        fetchJson(() => schemas().then((s) => s.RootsReply), inConnection(connectionId, "/api/models"), { signal }),
    }),
  openUploads: (connectionId: string, bucket: string, prefix: string) =>
    queryOptions({
      queryKey: [...libraryQueries.all(connectionId), "open-uploads", { bucket, prefix }],
      queryFn: ({ signal }) =>
        fetchJson(
          () => schemas().then((s) => s.OpenUploadsReply),
          inConnection(connectionId, `/api/models/open-uploads?${new URLSearchParams({ bucket, prefix })}`),
          { signal },
        ),
    }),
};
