import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection, postJson } from "@/lib/fetch-json";
import type { InputImage } from "@/lib/playground/input";
import { mergeGenerations } from "./merge";
import type { Unclaimed } from "./unclaimed-view";
import type { Generation } from "./view";

const PICTURES_FRESH_MS = 30 * 60_000;
/** Links are good for an hour: a page that stays open gets new ones before they end. */
const RENEW_MS = 45 * 60_000;
const UNCLAIMED_MS = 10_000;

const of = (service: string, rest: string) => `/api/services/${encodeURIComponent(service)}/${rest}`;

export const generationQueries = {
  all: (connectionId: string) => ["generations", connectionId] as const,
  ofService: (connectionId: string, service: string) =>
    queryOptions({
      queryKey: [...generationQueries.all(connectionId), "service", service],
      queryFn: ({ signal }) =>
        fetchJson<Generation[]>(inConnection(connectionId, of(service, "generations")), { signal }),
      // Each answer signs the pictures anew, and the browser would load them all again.
      staleTime: PICTURES_FRESH_MS,
      refetchInterval: RENEW_MS,
    }),

  unclaimed: (connectionId: string, service: string) =>
    queryOptions({
      queryKey: [...generationQueries.all(connectionId), "unclaimed", service],
      queryFn: ({ signal }) => fetchJson<Unclaimed>(inConnection(connectionId, of(service, "unclaimed")), { signal }),
      refetchInterval: UNCLAIMED_MS,
    }),
};

/** One message of the live stream, named `generations`. */
export function parseGenerations(data: string): Generation[] {
  return JSON.parse(data);
}

/** Lays news over what is known of a service's pictures. */
export function applyGenerations(
  client: QueryClient,
  connectionId: string,
  service: string,
  news: readonly Generation[],
): void {
  const { queryKey } = generationQueries.ofService(connectionId, service);
  // An answer that is on its way may be older than the news.
  if (client.isFetching({ queryKey }) > 0) void client.invalidateQueries({ queryKey });
  client.setQueryData(queryKey, (known) => known && mergeGenerations(known, news));
}

/** Keeps a picture for requests to this service; the same one is kept once. `byLink`: larger than a request takes. */
export function storePicture(
  connectionId: string,
  service: string,
  picture: Blob,
  byLink = false,
): Promise<InputImage> {
  return fetchJson<InputImage>(inConnection(connectionId, of(service, byLink ? "inputs?link=1" : "inputs")), {
    method: "POST",
    headers: { "content-type": picture.type },
    body: picture,
  });
}

/** A picture of the service's result folder as an input, in a form that fits into a request. */
export function reusePicture(connectionId: string, service: string, key: string): Promise<InputImage> {
  return postJson<InputImage>(inConnection(connectionId, of(service, "inputs/reuse")), { key });
}

/** From our own origin, so that a page may look at its pixels. */
export function pictureUrl(connectionId: string, service: string, key: string): string {
  return inConnection(connectionId, of(service, `inputs?key=${encodeURIComponent(key)}`));
}
