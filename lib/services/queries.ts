import { queryOptions, skipToken } from "@tanstack/react-query";
import { z } from "zod";
import { isSettled } from "@/lib/eas/status";
import { fetchJson } from "@/lib/fetch-json";
import { CallInformationSchema } from "./call-information";
import { ServiceLogPageSchema } from "./get-service-log";
import { MachineSpecViewSchema } from "./list-machine-specs";
import { type Snapshot, SnapshotSchema, type WatchEvent } from "./snapshot";
import { ServiceDetailSchema, type ServiceList, ServiceListSchema } from "./view";

export interface LogQuery {
  instance?: string;
  previous?: boolean;
  keyword?: string;
  page?: number;
}

const CHANGING_MS = 3_000;
const SETTLED_MS = 30_000;
/** Stock moves within minutes; the list itself hardly ever. */
const MACHINES_FRESH_MS = 60_000;

/** While anything moves the list is looked at often, else seldom. */
export function listInterval(list: ServiceList | undefined): number {
  return list?.items.some(({ status }) => !isSettled(status)) ? CHANGING_MS : SETTLED_MS;
}

const at = (path: string) => `/api/services${path}`;
const of = (name: string, rest = "") => at(`/${encodeURIComponent(name)}${rest}`);

export const serviceQueries = {
  all: (connectionId: string) => ["services", connectionId] as const,

  list: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "list"],
      queryFn: ({ signal }) => fetchJson(ServiceListSchema, at(""), { signal }),
      refetchInterval: ({ state }) => listInterval(state.data),
    }),

  detail: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "detail", name],
      queryFn: ({ signal }) => fetchJson(ServiceDetailSchema, of(name), { signal }),
    }),

  /** Filled by the live stream (`liveUrl`, `parseLive`), never fetched. */
  live: (connectionId: string, name: string) =>
    queryOptions<Snapshot>({
      queryKey: [...serviceQueries.all(connectionId), "live", name],
      queryFn: skipToken,
      staleTime: Number.POSITIVE_INFINITY,
    }),

  logs: (connectionId: string, name: string, query: LogQuery = {}) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "logs", name, query],
      queryFn: ({ signal }) => fetchJson(ServiceLogPageSchema, of(name, `/logs${toSearch(query)}`), { signal }),
    }),

  call: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "call", name],
      queryFn: ({ signal }) => fetchJson(CallInformationSchema, of(name, "/call"), { signal }),
    }),

  machineSpecs: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "machine-specs"],
      queryFn: ({ signal }) => fetchJson(z.array(MachineSpecViewSchema), "/api/machine-specs", { signal }),
      staleTime: MACHINES_FRESH_MS,
    }),
};

export function liveUrl(name: string): string {
  return of(name, "/live");
}

/** One message of the live stream; undefined when another release of the server sent what this page does not know. */
export function parseLive(data: string): WatchEvent["snapshot"] | undefined {
  const parsed = SnapshotSchema.safeParse(JSON.parse(data));
  return parsed.success ? parsed.data : undefined;
}

function toSearch(query: LogQuery): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, `${value}`);
  return search.size > 0 ? `?${search}` : "";
}
