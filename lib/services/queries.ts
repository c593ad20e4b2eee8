import { queryOptions, skipToken } from "@tanstack/react-query";
import type { z } from "zod";
import { isSettled } from "@/lib/eas/status";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { inRelease } from "@/lib/release";
import type { AddOnFile } from "./add-on-files";
import type { CallInformation } from "./call-information";
import type { ServiceLogPageSchema } from "./get-service-log";
import type { MaybeGroupSchema } from "./group-view";
import type { ImageView } from "./image-view";
import type { MachineSpecView } from "./list-machine-specs";
import type { NeighbourSchema } from "./list-neighbours";
import type { WorkspaceView } from "./list-workspaces";
import { mergeList } from "./merge-list";
import type { ScalingView } from "./scaling-view";
import type { Snapshot } from "./snapshot";
import type { Timeline, TimelineEntry } from "./timeline-view";
import type { VersionList } from "./version-view";
import type { ServiceDetail, ServiceList } from "./view";

export interface LogQuery {
  instance?: string;
  container?: string;
  previous?: boolean;
  keyword?: string;
  page?: number;
}

const CHANGING_MS = 3_000;
const SETTLED_MS = 30_000;
/** Metrics of scalers and shares of traffic, while somebody looks at them. */
const SCALERS_MS = 10_000;
/** Each look reads the heads of many files. */
const ADD_ONS_FRESH_MS = 5 * 60_000;
/** Stock moves within minutes; the list itself hardly ever. */
const MACHINES_FRESH_MS = 60_000;

/** While anything moves the list is looked at often, else seldom. */
export function listInterval(list: Pick<ServiceList, "items"> | undefined): number {
  return list?.items.some(({ status }) => !isSettled(status)) ? CHANGING_MS : SETTLED_MS;
}

const of = (connectionId: string, name: string, rest = "") =>
  inConnection(connectionId, `/api/services/${encodeURIComponent(name)}${rest}`);

export const serviceQueries = {
  all: (connectionId: string) => ["services", connectionId] as const,

  list: (connectionId: string) => {
    const queryKey = [...serviceQueries.all(connectionId), "list"] as const;
    return queryOptions({
      queryKey,
      queryFn: async ({ client, signal }) => {
        const known = client.getQueryData<ServiceList>(queryKey);
        const path = `/api/services${toSearch({ epoch: known?.epoch, revision: known?.revision })}`;
        return mergeList(known, await fetchJson<ServiceList>(inConnection(connectionId, path), { signal }));
      },
      // Rows that did not change are the same objects already; comparing thousands of them again finds nothing else.
      structuralSharing: false,
      refetchInterval: ({ state }) => listInterval(state.data),
    });
  },

  detail: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "detail", name],
      queryFn: ({ signal }) => fetchJson<ServiceDetail>(of(connectionId, name), { signal }),
    }),

  /** Filled by the live stream (`liveUrl`, `parseLive`), never fetched. */
  live: (connectionId: string, name: string) =>
    queryOptions<Snapshot>({
      queryKey: [...serviceQueries.all(connectionId), "live", name],
      queryFn: skipToken,
      staleTime: Number.POSITIVE_INFINITY,
    }),

  /** The latest part of the story; the live stream adds what is new (`parseEntries`), `fetchOlder` what came before. */
  timeline: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "timeline", name],
      queryFn: ({ signal }) => fetchJson<Timeline>(of(connectionId, name, "/timeline"), { signal }),
    }),

  logs: (connectionId: string, name: string, query: LogQuery = {}) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "logs", name, query],
      queryFn: ({ signal }) =>
        fetchJson<z.input<typeof ServiceLogPageSchema>>(of(connectionId, name, `/logs${toSearch(query)}`), { signal }),
    }),

  call: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "call", name],
      queryFn: ({ signal }) => fetchJson<CallInformation>(of(connectionId, name, "/call"), { signal }),
    }),

  /** `latest`: the newest one known from elsewhere, so that a new one is looked for as soon as it is heard of. */
  /** `seen`: what a look at the service says that the list must not be older than. */
  versions: (connectionId: string, name: string, seen?: { latest?: number; proof?: string }) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "versions", name, ...(seen === undefined ? [] : [seen])],
      queryFn: ({ signal }) => fetchJson<VersionList>(of(connectionId, name, "/versions"), { signal }),
    }),

  scaling: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "scaling", name],
      queryFn: ({ signal }) => fetchJson<ScalingView>(of(connectionId, name, "/scaling"), { signal }),
      refetchInterval: SCALERS_MS,
    }),

  group: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "group", name],
      queryFn: ({ signal }) =>
        fetchJson<z.input<typeof MaybeGroupSchema>>(of(connectionId, name, "/group"), { signal }),
      refetchInterval: SCALERS_MS,
    }),

  /** LoRAs and ControlNets that a request to this service may name. */
  addOns: (connectionId: string, name: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "add-ons", name],
      queryFn: ({ signal }) => fetchJson<AddOnFile[]>(of(connectionId, name, "/add-ons"), { signal }),
      staleTime: ADD_ONS_FRESH_MS,
    }),

  machineSpecs: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "machine-specs"],
      queryFn: ({ signal }) =>
        fetchJson<MachineSpecView[]>(inConnection(connectionId, "/api/machine-specs"), { signal }),
      staleTime: MACHINES_FRESH_MS,
    }),

  images: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "images"],
      queryFn: ({ signal }) => fetchJson<ImageView[]>(inConnection(connectionId, "/api/images"), { signal }),
      staleTime: MACHINES_FRESH_MS,
    }),

  neighbours: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "neighbours"],
      queryFn: ({ signal }) =>
        fetchJson<z.input<typeof NeighbourSchema>[]>(inConnection(connectionId, "/api/neighbours"), { signal }),
      staleTime: MACHINES_FRESH_MS,
    }),

  workspaces: (connectionId: string) =>
    queryOptions({
      queryKey: [...serviceQueries.all(connectionId), "workspaces"],
      queryFn: ({ signal }) => fetchJson<WorkspaceView[]>(inConnection(connectionId, "/api/workspaces"), { signal }),
      staleTime: MACHINES_FRESH_MS,
    }),
};

/** The whole log as a file. */
export function logFileUrl(connectionId: string, name: string, query: LogQuery): string {
  return of(connectionId, name, `/log-file${toSearch(query)}`);
}

/** The part of the story before a moment. */
export function fetchOlder(connectionId: string, name: string, before: string): Promise<Timeline> {
  return fetchJson<Timeline>(of(connectionId, name, `/timeline?before=${encodeURIComponent(before)}`));
}

/** What the live stream says is new in the story. */
export function parseEntries(data: string): TimelineEntry[] {
  return JSON.parse(data);
}

export function liveUrl(connectionId: string, name: string): string {
  return inRelease(of(connectionId, name, "/live"));
}

/** One message of the live stream. */
export function parseLive(data: string): Snapshot {
  return JSON.parse(data);
}

function toSearch(query: Record<string, string | number | boolean | undefined> | LogQuery): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, `${value}`);
  return search.size > 0 ? `?${search}` : "";
}
