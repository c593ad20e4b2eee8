"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderSync } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Progress } from "@/components/ui/progress";
import { cancelRebuild, startRebuild } from "@/lib/gallery/actions";
import { galleryQueries, isWalking } from "@/lib/gallery/queries";
import type { Rebuild as View } from "@/lib/gallery/view";
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

export function RebuildProgress({ rebuilding }: { rebuilding: Rebuilding }) {
  const t = useT();
  const { shown, start, cancel, hide } = rebuilding;
  if (!shown) return null;
  if (isWalking(shown)) {
    return (
      <Card>
        <Progress
          showLabel
          label={t(shown.state === "waiting" ? "gallery.rebuild.waiting" : "gallery.rebuild.walking")}
          text={t("gallery.rebuild.progress", { seen: shown.seen, added: shown.added })}
          aside={
            <Button size="sm" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("gallery.rebuild.cancel")}
            </Button>
          }
        />
      </Card>
    );
  }
  const hideButton = (
    <Button size="sm" onClick={hide}>
      {t("gallery.rebuild.hide")}
    </Button>
  );
  if (shown.error) {
    return (
      <ErrorNotice
        error={shown.error}
        actions={
          <>
            <Button size="sm" loading={start.isPending} onClick={() => start.mutate()}>
              {t("gallery.rebuild.again")}
            </Button>
            {hideButton}
          </>
        }
      />
    );
  }
  return <Callout role="status" tone="ok" title={<Outcome rebuild={shown} />} actions={hideButton} />;
}

function Outcome({ rebuild: { state, added, foreign } }: { rebuild: View }) {
  const t = useT();
  if (state === "cancelled") return t("gallery.rebuild.cancelled");
  if (added === 0) return t("gallery.rebuild.nothing");
  const remark = foreign > 0 ? ` · ${t("gallery.rebuild.foreign", { count: foreign })}` : "";
  return `${t("gallery.rebuild.done", { count: added })}${remark}`;
}
