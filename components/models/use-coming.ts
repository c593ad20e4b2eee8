"use client";

import { isOver } from "@/lib/imports/kinds";
import type { ImportView } from "@/lib/imports/schemas";
import { useImports } from "./use-imports";

export interface Coming {
  /** On its way into this root. */
  running?: ImportView;
  /** The last word of what was to come into it is that it does not. */
  failed?: ImportView;
  /** The last one that arrived. */
  done?: ImportView;
}

/** What the server is fetching into a model root. */
export function useComing(connectionId: string, bucket: string | undefined, root: string | undefined): Coming {
  const here = (useImports(connectionId) ?? []).filter((one) => one.bucket === bucket && one.prefix === root);
  // The newest come first.
  const [last] = here;
  return {
    running: here.find(({ state }) => !isOver(state)),
    failed: last?.state === "failed" ? last : undefined,
    done: here.find(({ state }) => state === "done"),
  };
}

/** How far one is; undefined while its size is not known. */
export function shareOf({ doneBytes, totalBytes }: ImportView): number | undefined {
  return totalBytes === undefined || totalBytes === 0 ? undefined : doneBytes / totalBytes;
}
