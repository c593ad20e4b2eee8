"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderSync } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { toView } from "@/components/ui/error-notice";
import { cancelRebuild, startRebuild } from "@/lib/gallery/actions";
import { galleryQueries, isWalking } from "@/lib/gallery/queries";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((module) => module.ConfirmDialog), {
  ssr: false,
});

/** The walk through the bucket, as far as this page is concerned: begun, watched, and its outcome until it was read. */
export function useRebuild(connectionId: string) {
  const client = useQueryClient();
  const query = galleryQueries.rebuild(connectionId);
  const { data } = useQuery(query);
  /** Outcomes of walks that nobody here waited for are old news. */
  const [watched, setWatched] = useState(false);
  if (data && isWalking(data) && !watched) setWatched(true);
  const onSettled = () => client.invalidateQueries({ queryKey: query.queryKey });
  const start = useMutation({
    mutationFn: async () => unwrap(await startRebuild({ connectionId })),
    onSuccess: () => setWatched(true),
    onSettled,
  });
  const cancel = useMutation({ mutationFn: async () => unwrap(await cancelRebuild({ connectionId })), onSettled });
  return { shown: watched ? (data ?? undefined) : undefined, start, cancel, hide: () => setWatched(false) };
}

export type Rebuilding = ReturnType<typeof useRebuild>;

export function RebuildButton({ rebuilding, mayStart }: { rebuilding: Rebuilding; mayStart: boolean }) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const { shown, start } = rebuilding;
  return (
    <>
      <Button
        icon={<FolderSync aria-hidden="true" />}
        disabledReason={mayStart ? undefined : t("gallery.needsRight")}
        disabled={shown && isWalking(shown)}
        onClick={() => setAsking(true)}
      >
        {t("gallery.rebuild.button")}
      </Button>
      {isAsking ? (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t("gallery.rebuild.title")}
          description={t("gallery.rebuild.text")}
          confirmLabel={t("gallery.rebuild.confirm")}
          pending={start.isPending}
          error={start.error ? toView(start.error) : undefined}
          onConfirm={() => start.mutate(undefined, { onSuccess: () => setAsking(false) })}
        />
      ) : null}
    </>
  );
}
