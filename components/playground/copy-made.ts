"use client";

import type { QueryClient } from "@tanstack/react-query";
import { EVERYTHING } from "@/lib/gallery/filters";
import { madeCall } from "@/lib/gallery/made-call";
import { galleryQueries } from "@/lib/gallery/queries";
import type { Generation } from "@/lib/generations/view";
import { toParametersText } from "@/lib/playground/parameters-text";

/** Copies the settings of a picture, or the call that made it: what the gallery knows of it. */
export async function copyMade(
  client: QueryClient,
  connectionId: string,
  { taskId, service, input, seed = "" }: Generation,
  what: "settings" | "call",
): Promise<void> {
  const { model, request } = await client.fetchQuery(galleryQueries.picture(connectionId, taskId, EVERYTHING));
  const text =
    what === "settings" || !request
      ? toParametersText({ input, seed, model })
      : await madeCall(client, connectionId, { service, func: input.func, request });
  await navigator.clipboard.writeText(text);
}
