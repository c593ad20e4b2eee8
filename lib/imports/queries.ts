import { queryOptions, skipToken } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { inRelease } from "@/lib/release";
import type { PresetId } from "./presets";
import type { ImportView, PresetSizeReply } from "./schemas";

export const importQueries = {
  all: (connectionId: string) => ["imports", connectionId] as const,
  /** Filled by the live stream (`importsUrl`, `parseImports`), never fetched. */
  list: (connectionId: string) =>
    queryOptions<ImportView[]>({
      queryKey: [...importQueries.all(connectionId), "list"],
      queryFn: skipToken,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  presetSize: (connectionId: string, id: PresetId | undefined) =>
    queryOptions({
      queryKey: [...importQueries.all(connectionId), "preset-size", { id }],
      queryFn:
        id === undefined
          ? skipToken
          : ({ signal }) =>
              fetchJson<PresetSizeReply>(
                inConnection(connectionId, `/api/imports/presets?${new URLSearchParams({ id })}`),
                { signal },
              ),
      staleTime: 10 * 60_000,
    }),
};

export function importsUrl(connectionId: string): string {
  return inRelease(inConnection(connectionId, "/api/imports/live"));
}

/** One message of the live stream. */
export function parseImports(data: string): ImportView[] {
  return JSON.parse(data);
}
