"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import { AppError } from "@/lib/errors";
import { applyGenerations, generationQueries, parseGenerations } from "@/lib/generations/queries";
import { mergeSnapshot } from "@/lib/services/merge-snapshot";
import { liveUrl, parseEntries, parseLive, serviceQueries } from "@/lib/services/queries";
import type { Snapshot } from "@/lib/services/snapshot";
import { mergeTimeline } from "@/lib/services/timeline-merge";

export interface ServiceRights {
  write: boolean;
  revealToken: boolean;
  generate: boolean;
}

/** The service that the pages below belong to. */
export interface ServiceScope {
  connectionId: string;
  name: string;
  rights: ServiceRights;
}

export const ServiceContext = createContext<ServiceScope | null>(null);

export function useServiceScope(): ServiceScope {
  const scope = useContext(ServiceContext);
  if (!scope) throw new Error("ServiceContext is missing above this component.");
  return scope;
}

export type LiveState = "connected" | "offline" | "signed_out";

/** A refused stream is opened again after this long; one that merely broke, the browser itself opens again. */
const REOPEN_MS = 5_000;

/** Opens the one live stream of this service and writes what it says into the query cache. */
export function useLiveStream({ connectionId, name }: Pick<ServiceScope, "connectionId" | "name">): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connected");
  useEffect(() => {
    let stream: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    let hasOpened = false;

    function open() {
      const opened = new EventSource(liveUrl(connectionId, name));
      stream = opened;
      opened.onopen = () => {
        setState("connected");
        // Between two connections anything may have happened.
        if (hasOpened) void client.invalidateQueries(generationQueries.ofService(connectionId, name));
        hasOpened = true;
      };
      opened.addEventListener("generations", ({ data }: MessageEvent<string>) => {
        applyGenerations(client, connectionId, name, parseGenerations(data));
      });
      opened.addEventListener("snapshot", ({ data }: MessageEvent<string>) => {
        const news = parseLive(data);
        client.setQueryData(serviceQueries.live(connectionId, name).queryKey, (known) => mergeSnapshot(known, news));
      });
      opened.addEventListener("timeline", ({ data }: MessageEvent<string>) => {
        const entries = parseEntries(data);
        client.setQueryData(serviceQueries.timeline(connectionId, name).queryKey, (known) =>
          known ? { ...known, entries: mergeTimeline(known.entries, entries) } : known,
        );
      });
      opened.onerror = () => {
        setState((known) => (known === "signed_out" ? known : "offline"));
        // An answer that is no stream, such as a refusal or a proxy's error page, ends it for good.
        if (opened.readyState === EventSource.CLOSED) void reopen();
      };
    }

    /** The stream does not tell why it was refused; a plain request does. */
    async function reopen() {
      const error = await client
        .fetchQuery({ ...serviceQueries.detail(connectionId, name), staleTime: 0, retry: false })
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      if (left) return;
      if (error instanceof AppError && error.code === "not_signed_in") setState("signed_out");
      timer = setTimeout(open, REOPEN_MS);
    }

    open();
    return () => {
      left = true;
      clearTimeout(timer);
      stream?.close();
    };
  }, [client, connectionId, name]);
  return state;
}

export function useSnapshot(initial?: Snapshot): Snapshot | undefined {
  const { connectionId, name } = useServiceScope();
  return useQuery({ ...serviceQueries.live(connectionId, name), initialData: initial }).data;
}
