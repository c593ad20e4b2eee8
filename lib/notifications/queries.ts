import { queryOptions } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { Notices, WebhookView } from "./schemas";

const DELIVERING_MS = 2_000;

export const notificationQueries = {
  webhooks: () =>
    queryOptions({
      queryKey: ["notifications", "webhooks"],
      queryFn: ({ signal }) => fetchJson<WebhookView[]>("/api/webhooks", { signal }),
      // While something is on its way its journal moves.
      refetchInterval: ({ state }) => (isDelivering(state.data) ? DELIVERING_MS : false),
    }),
};

function isDelivering(list: WebhookView[] | undefined): boolean {
  return list?.some(({ deliveries }) => deliveries.some(({ state }) => state === "waiting")) ?? false;
}

/** What happened after a notice; without one, where the story stands. */
export function fetchNotices(connectionId: string, after: string | undefined, signal: AbortSignal) {
  const path = inConnection(connectionId, `/api/notices${after === undefined ? "" : `?after=${after}`}`);
  return fetchJson<Notices>(path, { signal });
}
