import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { CheckId, CheckResult } from "./types";

export const accountPath = "/api/checks/account";
export const bucketPath = (bucket: string, origin: string) =>
  `/api/checks/bucket?${new URLSearchParams({ bucket, origin })}`;

const namePath = (name: string) => `${accountPath}?${new URLSearchParams({ name, only: "name_free" })}`;

export const prerequisiteQueries = {
  all: (connectionId: string) => ["prerequisites", connectionId] as const,
  account: (connectionId: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "account"],
      queryFn: ({ signal }) => fetchJson<CheckResult[]>(inConnection(connectionId, accountPath), { signal }),
    }),
  /** Whether the service's name is still free in the region. */
  name: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "name", name],
      queryFn: ({ signal }) => fetchJson<CheckResult[]>(inConnection(connectionId, namePath(name)), { signal }),
    }),
  /** From this browser; needs CORS rules that admit it, or the browser would only complain. */
  line: (connectionId: string, bucket: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "line", bucket],
      queryFn: async () => (await import("./browser-check")).checkLine(connectionId, bucket),
    }),
  /** `origin`: where this page is open, which the bucket's CORS rules must admit. */
  bucket: (connectionId: string, bucket: string, origin: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "bucket", { bucket, origin }],
      queryFn: ({ signal }) =>
        fetchJson<CheckResult[]>(inConnection(connectionId, bucketPath(bucket, origin)), { signal }),
    }),
};

/** One check alone, tried again. */
export function checkOne(connectionId: string, path: string, only: CheckId): Promise<CheckResult[]> {
  const address = `${path}${path.includes("?") ? "&" : "?"}only=${only}`;
  return fetchJson<CheckResult[]>(inConnection(connectionId, address));
}
