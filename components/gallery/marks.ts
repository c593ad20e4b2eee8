"use client";

import type { QueryClient } from "@tanstack/react-query";
import { AppError } from "@/lib/errors";
import { deletePictures, starPictures, tagPictures } from "@/lib/gallery/actions";
import { EVERYTHING } from "@/lib/gallery/filters";
import { galleryQueries, type HeldTile } from "@/lib/gallery/queries";
import { submitGenerations } from "@/lib/generations/actions";
import { toTaskId } from "@/lib/playground/task-id";
import { unwrap } from "@/lib/result";

/** What can be done to pictures from the gallery; each change shows at once where it is known already. */

const MARKS_AT_ONCE = 1000;
const DELETED_AT_ONCE = 100;

function* portionsOf(taskIds: readonly string[], size: number): Generator<string[]> {
  for (let from = 0; from < taskIds.length; from += size) yield taskIds.slice(from, from + size);
}

export async function setStar(
  client: QueryClient,
  connectionId: string,
  { taskIds, starred }: { taskIds: readonly string[]; starred: boolean },
): Promise<void> {
  for (const portion of portionsOf(taskIds, MARKS_AT_ONCE))
    unwrap(await starPictures({ connectionId, taskIds: portion, starred }));
  const changed = new Set(taskIds);
  client.setQueriesData<HeldTile[]>({ queryKey: [...galleryQueries.all(connectionId), "tiles"] }, (tiles) =>
    tiles?.map((tile) => (changed.has(tile.taskId) ? { ...tile, starred } : tile)),
  );
  await refresh(client, connectionId);
}

export async function setTags(
  client: QueryClient,
  connectionId: string,
  { taskIds, add = [], remove = [] }: { taskIds: readonly string[]; add?: string[]; remove?: string[] },
): Promise<void> {
  for (const portion of portionsOf(taskIds, MARKS_AT_ONCE))
    unwrap(await tagPictures({ connectionId, taskIds: portion, add, remove }));
  await refresh(client, connectionId);
}

export interface DeleteProgress {
  done: number;
  failed: { taskId: string; name: string; message?: string; code: string }[];
}

/** Portion by portion, so that one sees how far it is; ends early when the signal does. */
export async function deleteAll(
  client: QueryClient,
  connectionId: string,
  taskIds: readonly string[],
  onProgress: (progress: DeleteProgress) => void,
  signal: AbortSignal,
): Promise<DeleteProgress> {
  const progress: DeleteProgress = { done: 0, failed: [] };
  try {
    for (const portion of portionsOf(taskIds, DELETED_AT_ONCE)) {
      if (signal.aborted) break;
      const { failed } = unwrap(await deletePictures({ connectionId, taskIds: portion }));
      progress.done += portion.length;
      progress.failed.push(...failed);
      onProgress({ ...progress });
    }
    return progress;
  } finally {
    await client.invalidateQueries({ queryKey: galleryQueries.all(connectionId) });
  }
}

/** The same request once more with another seed, for the service that made it. */
export async function askWithNewSeed(client: QueryClient, connectionId: string, taskId: string): Promise<void> {
  const { generation } = await client.fetchQuery(galleryQueries.picture(connectionId, taskId, EVERYTHING));
  if (!generation) throw new AppError("not_found", { params: { what: "settings" } });
  const { service, input } = generation;
  const newTaskId = toTaskId(crypto.getRandomValues(new Uint8Array(10)));
  const requests = [{ taskId: newTaskId, input: { ...input, imageNum: 1, seed: "" } }];
  unwrap(await submitGenerations({ connectionId, service, requests }));
}

/** What the lists and the open picture say; the pictures in sight stay as they are. */
function refresh(client: QueryClient, connectionId: string): Promise<unknown> {
  return Promise.all(
    ["landmarks", "facets", "picture"].map((part) =>
      client.invalidateQueries({ queryKey: [...galleryQueries.all(connectionId), part] }),
    ),
  );
}
