"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { importQueries, importsUrl, parseImports } from "@/lib/imports/queries";
import type { ImportView } from "@/lib/imports/schemas";

/** The imports of a connection as they go; undefined until the first word of them. */
export function useImports(connectionId: string): ImportView[] | undefined {
  const client = useQueryClient();
  useEffect(() => {
    const stream = new EventSource(importsUrl(connectionId));
    stream.addEventListener("imports", ({ data }: MessageEvent<string>) => {
      client.setQueryData(importQueries.list(connectionId).queryKey, parseImports(data));
    });
    return () => stream.close();
  }, [client, connectionId]);
  return useQuery(importQueries.list(connectionId)).data;
}
