import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection, postJson } from "@/lib/fetch-json";
import type { GenerateInput } from "@/lib/playground/input";

const PICTURES_FRESH_MS = 30 * 60_000;

const generationSchema = async () => (await import("./view")).GenerationSchema;
const of = (service: string, rest: string) => `/api/services/${encodeURIComponent(service)}/${rest}`;

export const generationQueries = {
  all: (connectionId: string) => ["generations", connectionId] as const,
  ofService: (connectionId: string, service: string) =>
    queryOptions({
      queryKey: [...generationQueries.all(connectionId), "service", service],
      queryFn: ({ signal }) =>
        fetchJson(
          async () => (await generationSchema()).array(),
          inConnection(connectionId, of(service, "generations")),
          { signal },
        ),
      // Each answer signs the pictures anew, and the browser would load them all again; links are good for an hour.
      staleTime: PICTURES_FRESH_MS,
    }),
};

/** One picture. Goes by route handler rather than action: it is long, may be cancelled, and several may run. */
export function requestPicture(
  service: string,
  request: { connectionId: string; taskId: string; input: GenerateInput },
  signal?: AbortSignal,
) {
  return postJson(generationSchema, inConnection(request.connectionId, of(service, "predict")), request, signal);
}
