"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import type { Tile } from "@/lib/gallery/view";
import { errorTexts, useT } from "@/lib/i18n/react";
import { setStar } from "./marks";

/** Puts a star on a picture, or takes it off. */
export function useStar(connectionId: string) {
  const t = useT();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ taskId, starred }: Pick<Tile, "taskId" | "starred">) =>
      setStar(client, connectionId, { taskIds: [taskId], starred: !starred }),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
}
