import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { BucketsReply, CheckPrefixSchema, ObjectsReply, PrefixReport, RootFiles } from "./schemas";

export type CheckPrefixInput = z.input<typeof CheckPrefixSchema>;

export const ossQueries = {
  all: (connectionId: string) => ["oss", connectionId] as const,
  buckets: (connectionId: string) =>
    queryOptions({
      queryKey: [...ossQueries.all(connectionId), "buckets"],
      queryFn: ({ signal }) =>
        fetchJson<z.input<typeof BucketsReply>>(inConnection(connectionId, "/api/oss/buckets"), { signal }),
    }),
  /** One level of a bucket; `prefix` is empty or ends in `/`. */
  objects: (connectionId: string, bucket: string, prefix: string) =>
    infiniteQueryOptions({
      queryKey: [...ossQueries.all(connectionId), "objects", { bucket, prefix }],
      initialPageParam: "",
      queryFn: ({ signal, pageParam }) => {
        const query = new URLSearchParams({ bucket, prefix });
        if (pageParam) query.set("token", pageParam);
        return fetchJson<z.input<typeof ObjectsReply>>(inConnection(connectionId, `/api/oss/objects?${query}`), {
          signal,
        });
      },
      getNextPageParam: (page) => page.nextToken,
    }),
  /** Names and sizes of all that lies below a model root. */
  root: (connectionId: string, bucket: string, prefix: string) =>
    queryOptions({
      queryKey: [...ossQueries.all(connectionId), "root", { bucket, prefix }],
      queryFn: ({ signal }) => {
        const query = new URLSearchParams({ bucket, prefix });
        return fetchJson<RootFiles>(inConnection(connectionId, `/api/oss/root?${query}`), { signal });
      },
    }),
  /** Would the container start with what lies below this prefix? */
  check: (connectionId: string, input: CheckPrefixInput) =>
    queryOptions({
      queryKey: [...ossQueries.all(connectionId), "check", input],
      queryFn: ({ signal }) => {
        const query = new URLSearchParams(Object.entries(input).map(([name, value]) => [name, String(value)]));
        return fetchJson<PrefixReport>(inConnection(connectionId, `/api/oss/check?${query}`), { signal });
      },
    }),
};
