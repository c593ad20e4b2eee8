"use client";

import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { GalleryChoice } from "@/lib/gallery/filters";
import { fetchTaskIds, galleryQueries, galleryStreamUrl, lookAgain } from "@/lib/gallery/queries";
import type { Tile } from "@/lib/gallery/view";

/** A refused stream is opened again after this long; one that merely broke, the browser itself opens again. */
const REOPEN_MS = 5_000;

/** Looks again whenever the server says that something changed. */
export function useGalleryNews(connectionId: string): void {
  const client = useQueryClient();
  useEffect(() => {
    let stream: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => void lookAgain(client, connectionId);
    function open() {
      let hasOpened = false;
      const opened = new EventSource(galleryStreamUrl(connectionId));
      stream = opened;
      opened.onopen = () => {
        // Between two connections anything may have happened.
        if (hasOpened) look();
        hasOpened = true;
      };
      opened.addEventListener("gallery", look);
      opened.onerror = () => {
        if (opened.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
      };
    }
    open();
    return () => {
      clearTimeout(timer);
      stream?.close();
    };
  }, [client, connectionId]);
}

export interface Pictures {
  /** Undefined until the first answer. */
  total: number | undefined;
  /** What is shown is what was asked for last. */
  isCurrent: boolean;
  error: Error | null;
  retry: () => void;
  /** Of every page those of its pictures, loaded or not (see `Landmarks`). */
  shapes: readonly (readonly number[])[];
  /** When what is shown was read. */
  readAt: number;
  /** Undefined while it is on its way. */
  tileAt: (index: number) => Tile | undefined;
  /** From one to another, both included, whether they are loaded or not. */
  taskIds: (from: number, to: number) => Promise<string[]>;
}

/** The pictures that fit, by their place in the list; only pages in sight are held. */
export function usePictures(
  connectionId: string,
  choice: GalleryChoice,
  inSight: { first: number; last: number },
): Pictures {
  const landmarks = useQuery(galleryQueries.landmarks(connectionId, choice));
  const { data, isPlaceholderData, error, refetch } = landmarks;
  const starts = useMemo(() => {
    let at = 0;
    return (data?.pages ?? []).map((page) => {
      const start = at;
      at += page.count;
      return { ...page, start, end: at };
    });
  }, [data]);
  const shapes = useMemo(() => (data?.pages ?? []).map(({ aspects }) => aspects), [data]);
  const pages = starts.filter(({ start, end }) => start <= inSight.last && end > inSight.first);
  const answers = useQueries({
    queries: pages.map((page) => galleryQueries.tiles(connectionId, data?.choice ?? choice, page)),
  });

  function tileAt(index: number) {
    const at = pages.findIndex(({ start, end }) => start <= index && index < end);
    return answers[at]?.data?.[index - (pages[at]?.start ?? 0)];
  }

  async function taskIds(from: number, to: number) {
    const [first, last] = from < to ? [from, to] : [to, from];
    const loaded = Array.from({ length: last - first + 1 }, (_, at) => tileAt(first + at)?.taskId);
    if (loaded.every((id) => id !== undefined)) return loaded;
    return (await fetchTaskIds(connectionId, data?.choice ?? choice)).slice(first, last + 1);
  }

  return {
    total: data?.total,
    shapes,
    isCurrent: !isPlaceholderData,
    error: error ?? answers.find((answer) => answer.error)?.error ?? null,
    readAt: landmarks.dataUpdatedAt,
    retry: () => {
      void refetch();
      for (const answer of answers) if (answer.error) void answer.refetch();
    },
    tileAt,
    taskIds,
  };
}
