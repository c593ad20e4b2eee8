"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import { liveUrl, parseLive, serviceQueries } from "@/lib/services/queries";
import type { Snapshot } from "@/lib/services/snapshot";

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

/** Opens the one live stream of this service and writes what it says into the query cache. True while it is connected. */
export function useLiveStream({ connectionId, name }: Pick<ServiceScope, "connectionId" | "name">): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const stream = new EventSource(liveUrl(name));
    stream.onopen = () => setConnected(true);
    stream.addEventListener("snapshot", async ({ data }) => {
      const snapshot = typeof data === "string" ? await parseLive(data) : undefined;
      if (snapshot) client.setQueryData(serviceQueries.live(connectionId, name).queryKey, snapshot);
    });
    // The browser connects again by itself.
    stream.onerror = () => setConnected(false);
    return () => stream.close();
  }, [client, connectionId, name]);
  return connected;
}

export function useSnapshot(initial?: Snapshot): Snapshot | undefined {
  const { connectionId, name } = useServiceScope();
  return useQuery({ ...serviceQueries.live(connectionId, name), initialData: initial }).data;
}
