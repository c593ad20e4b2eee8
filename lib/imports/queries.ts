import { queryOptions, skipToken } from "@tanstack/react-query";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import type { PresetId } from "./presets";
import type { ImportView } from "./schemas";

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
              fetchJson(
                () => import("./schemas").then((s) => s.PresetSizeReplySchema),
                inConnection(connectionId, `/api/imports/presets?${new URLSearchParams({ id })}`),
                { signal },
              ),
      staleTime: 10 * 60_000,
    }),
};

export function importsUrl(connectionId: string): string {
  return inConnection(connectionId, "/api/imports/live");
}

/** Undefined when another release of the server sent what this page does not know. */
export async function parseImports(data: string): Promise<ImportView[] | undefined> {
  const { ImportsReply } = await import("./schemas");
  return ImportsReply.safeParse(JSON.parse(data)).data;
}
