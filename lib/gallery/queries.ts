import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { inRelease } from "@/lib/release";
import { EVERYTHING, type GalleryChoice, toFilters } from "./filters";
import type { Facets, Landmarks, MaybeRebuildSchema, Opening, Picture, Rebuild, TaskIdsSchema, Tile } from "./view";

/** Links are good for an hour; a page that stays open gets new ones before they end. */
const LINKS_FRESH_MS = 30 * 60_000;
const RENEW_MS = 45 * 60_000;
/** Pages out of sight are let go soon: memory stays flat however far one scrolls. */
const OUT_OF_SIGHT_MS = 20_000;
const FACETS_FRESH_MS = 30_000;
const WALKING_MS = 1_000;

const of = (connectionId: string, path: string, query: Record<string, string> = {}) =>
  inConnection(connectionId, `/api/gallery${path}?${new URLSearchParams(query)}`);

export const galleryQueries = {
  all: (connectionId: string) => ["gallery", connectionId] as const,

  /** With the first page, so that a list never shows without its pictures. */
  landmarks: (connectionId: string, choice: GalleryChoice) =>
    queryOptions({
      queryKey: [...galleryQueries.all(connectionId), "landmarks", toFilters(choice)],
      queryFn: async ({ client, signal }) => {
        const path = of(connectionId, "/landmarks", toFilters(choice));
        const { first, ...landmarks } = await fetchJson<Opening>(path, { signal });
        const [page] = landmarks.pages;
        if (page)
          client.setQueryData<HeldTile[]>(
            galleryQueries.tiles(connectionId, choice, page).queryKey,
            withKnownLinks(client, connectionId, first),
          );
        // Beside what is asked for next, what is shown must know what it was asked for.
        return { ...landmarks, choice };
      },
      placeholderData: keepPreviousData,
      gcTime: OUT_OF_SIGHT_MS,
    }),

  tiles: (
    connectionId: string,
    choice: GalleryChoice,
    { from, count }: Pick<Landmarks["pages"][number], "from" | "count">,
  ) =>
    queryOptions({
      queryKey: [...galleryQueries.all(connectionId), "tiles", toFilters(choice), from, count],
      queryFn: async ({ client, signal }) => {
        const path = of(connectionId, "/tiles", { ...toFilters(choice), cursor: from, count: `${count}` });
        return withKnownLinks(client, connectionId, await fetchJson<Tile[]>(path, { signal }));
      },
      staleTime: LINKS_FRESH_MS,
      refetchInterval: RENEW_MS,
      gcTime: OUT_OF_SIGHT_MS,
    }),

  facets: (connectionId: string) =>
    queryOptions({
      queryKey: [...galleryQueries.all(connectionId), "facets"],
      queryFn: ({ signal }) => fetchJson<Facets>(of(connectionId, "/facets"), { signal }),
      staleTime: FACETS_FRESH_MS,
    }),

  rebuild: (connectionId: string) =>
    queryOptions({
      queryKey: [...galleryQueries.all(connectionId), "rebuild"],
      queryFn: ({ signal }) => fetchJson<z.input<typeof MaybeRebuildSchema>>(of(connectionId, "/rebuild"), { signal }),
      refetchInterval: ({ state: { data } }) => (data && isWalking(data) ? WALKING_MS : false),
    }),

  picture: (connectionId: string, taskId: string, choice: GalleryChoice) =>
    queryOptions({
      queryKey: [...galleryQueries.all(connectionId), "picture", taskId, toFilters(choice)],
      queryFn: ({ signal }) =>
        fetchJson<Picture>(of(connectionId, `/pictures/${encodeURIComponent(taskId)}`, toFilters(choice)), { signal }),
      staleTime: LINKS_FRESH_MS,
    }),
};

/** A tile and when its links were signed. */
export type HeldTile = Tile & { signedAt: number };

/**
 * What the server says now, by the links that are there already while these are good: another link to the same picture would
 * have the browser load it again, with each star that somebody sets and each picture that comes.
 */
function withKnownLinks(client: QueryClient, connectionId: string, tiles: readonly Tile[]): HeldTile[] {
  const now = Date.now();
  const held = client.getQueriesData<HeldTile[]>({ queryKey: [...galleryQueries.all(connectionId), "tiles"] });
  const known = new Map(held.flatMap(([, page]) => page ?? []).map((tile) => [tile.taskId, tile]));
  return tiles.map((tile) => {
    const before = known.get(tile.taskId);
    const isGood = before?.name === tile.name && now - before.signedAt < LINKS_FRESH_MS;
    const { url, thumbnailUrl, signedAt } = isGood ? before : { ...tile, signedAt: now };
    return { ...tile, url, thumbnailUrl, signedAt };
  });
}

/** After news: what is listed, then what is noted of the pictures in sight. */
export async function lookAgain(client: QueryClient, connectionId: string): Promise<void> {
  const key = galleryQueries.all(connectionId);
  const since = Date.now();
  await Promise.all(["landmarks", "facets"].map((part) => client.invalidateQueries({ queryKey: [...key, part] })));
  await client.invalidateQueries({
    queryKey: [...key, "tiles"],
    // The first page has come with the list.
    predicate: ({ state }) => state.dataUpdatedAt < since,
  });
}

/** By its task id; undefined where the gallery has none such. */
export async function findPicture(
  client: QueryClient,
  connectionId: string,
  taskId: string,
): Promise<Picture | undefined> {
  try {
    return await client.fetchQuery(galleryQueries.picture(connectionId, taskId, EVERYTHING));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}

export function isWalking({ state }: Pick<Rebuild, "state">): boolean {
  return state === "waiting" || state === "walking";
}

/** Where a form with `taskIds` gets an archive from. */
export function zipUrl(connectionId: string): string {
  return of(connectionId, "/zip");
}

/** Of all pictures that fit, the newest first. */
export function fetchTaskIds(connectionId: string, choice: GalleryChoice): Promise<string[]> {
  return fetchJson<z.input<typeof TaskIdsSchema>>(of(connectionId, "/task-ids", toFilters(choice)));
}

/** Says `gallery` whenever something changed. */
export function galleryStreamUrl(connectionId: string): string {
  return inRelease(of(connectionId, "/live"));
}
