"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useCallback, useState } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { cn } from "@/components/ui/cn";
import { toView } from "@/components/ui/error-notice";
import { QueryNotice } from "@/components/ui/query-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { useAddressChoice } from "@/components/ui/use-address-choice";
import { EVERYTHING, fromSearch, isFiltered, toSearch } from "@/lib/gallery/filters";
import type { Tile } from "@/lib/gallery/view";
import { errorTexts, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { DropSettings } from "./drop-settings";
import { Grid } from "./grid";
import { NoPictures } from "./no-pictures";
import { RebuildButton, useRebuild } from "./rebuild";
import { Toolbar } from "./toolbar";
import { useGalleryNews, usePictures } from "./use-pictures";
import { useSelection } from "./use-selection";

const BulkBar = dynamic(() => import("./bulk-bar").then((module) => module.BulkBar), { ssr: false });

const DeleteDialog = dynamic(() => import("./delete-dialog").then((module) => module.DeleteDialog), { ssr: false });

const RebuildProgress = dynamic(() => import("./rebuild-progress").then((module) => module.RebuildProgress), {
  ssr: false,
});

const Details = dynamic(() => import("./details").then((module) => module.Details), { ssr: false });

/** Nobody needs it to see pictures. */
const loadMarks = () => import("./marks");

export interface GalleryRights {
  generate: boolean;
  delete: boolean;
}

interface GalleryProps {
  connectionId: string;
  rights: GalleryRights;
}

/** All pictures of a connection, and one of them in full where the address names it. */
export function Gallery({ connectionId, rights }: GalleryProps) {
  const t = useT();
  const client = useQueryClient();
  const [choice, choose] = useAddressChoice(fromSearch, toSearch);
  const [inSight, setInSight] = useState({ first: 0, last: 0 });
  const [asked, setAsked] = useState<readonly string[]>();
  const pictures = usePictures(connectionId, choice, inSight);
  const fail = (error: unknown) => toast.error(errorTexts(t, toView(error)).title);
  const selection = useSelection(pictures, fail);
  useGalleryNews(connectionId);
  const rebuilding = useRebuild(connectionId);
  const [, , opened] = usePathname().split("/");

  const onSight = useCallback((first: number, last: number) => setInSight({ first, last }), []);
  const onOpen = useCallback((taskId: string) => {
    window.history.pushState(null, "", `${paths.gallery(taskId)}${window.location.search}`);
  }, []);
  const star = useMutation({
    mutationFn: async (change: { taskIds: string[]; starred: boolean }) =>
      (await loadMarks()).setStar(client, connectionId, change),
    onError: fail,
  });
  const newSeed = useMutation({
    mutationFn: async (tile: Tile) => (await loadMarks()).askWithNewSeed(client, connectionId, tile.taskId),
    onSuccess: () => toast.success(t("gallery.askedAgain")),
    onError: fail,
  });
  const { mutate: askAgain } = newSeed;

  const { total } = pictures;
  return (
    <Page width="full" className="gap-4">
      <PageHeader
        title={t("gallery.title")}
        actions={
          <>
            <DropSettings connectionId={connectionId} onOpen={onOpen} />
            <RebuildButton rebuilding={rebuilding} mayStart={rights.generate} />
          </>
        }
      />
      {rebuilding.shown ? <RebuildProgress rebuilding={rebuilding} shown={rebuilding.shown} /> : null}
      <Toolbar connectionId={connectionId} choice={choice} onChange={choose} />
      <p role="status" className="text-sm text-text-3">
        {total === undefined ? "" : t("gallery.count", { count: total })}
      </p>
      <QueryNotice
        query={{
          data: total,
          error: pictures.error,
          dataUpdatedAt: pictures.readAt,
          refetch: pictures.retry,
          isRefetching: false,
        }}
      />
      {selection.size > 0 ? (
        <BulkBar
          connectionId={connectionId}
          rights={rights}
          taskIds={selection.taskIds()}
          total={total ?? 0}
          onAll={selection.all}
          onDelete={() => setAsked(selection.taskIds())}
          onClear={selection.clear}
        />
      ) : null}
      {total === undefined ? (
        pictures.error ? null : (
          <Loading />
        )
      ) : total === 0 ? (
        <NoPictures onShowAll={isFiltered(choice) ? () => choose(EVERYTHING) : undefined} />
      ) : (
        <Grid
          total={total}
          pictures={pictures}
          selection={selection}
          onSight={onSight}
          onOpen={onOpen}
          onNewSeed={rights.generate ? askAgain : undefined}
          onStar={(index) => {
            const tile = pictures.tileAt(index);
            if (tile && rights.generate) star.mutate({ taskIds: [tile.taskId], starred: !tile.starred });
          }}
          onDelete={(index) => {
            const tile = pictures.tileAt(index);
            if (!rights.delete) toast.info(t("gallery.delete.needsRight"));
            else if (selection.size > 0) setAsked(selection.taskIds());
            else if (tile) setAsked([tile.taskId]);
          }}
        />
      )}
      {opened ? (
        <Details
          connectionId={connectionId}
          taskId={decodeURIComponent(opened)}
          choice={choice}
          rights={rights}
          onNewSeed={rights.generate ? askAgain : undefined}
          onGo={(taskId) => window.history.replaceState(null, "", `${paths.gallery(taskId)}${window.location.search}`)}
          onClose={() => window.history.pushState(null, "", paths.gallery(undefined, toSearch(choice)))}
          onDelete={(taskId) => setAsked([taskId])}
        />
      ) : null}
      {asked ? (
        <DeleteDialog
          connectionId={connectionId}
          taskIds={asked}
          onClose={() => setAsked(undefined)}
          onDeleted={(gone) => {
            selection.clear();
            if (opened && gone.includes(decodeURIComponent(opened)))
              window.history.pushState(null, "", paths.gallery(undefined, toSearch(choice)));
          }}
        />
      ) : null}
    </Page>
  );
}

function Loading() {
  const t = useT();
  return (
    <div role="status" aria-label={t("common.loading")} className="flex flex-wrap gap-2 md:gap-3">
      {SHAPES.map((shape, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <Skeleton key={index} className={cn("h-42 grow rounded-lg md:h-52", shape)} />
      ))}
    </div>
  );
}

/** As pictures come: upright, square and wide. */
const SHAPES = [
  "w-24 md:w-36",
  "w-40 md:w-56",
  "w-28 md:w-40",
  "w-44 md:w-72",
  "w-36 md:w-52",
  "w-24 md:w-36",
  "w-44 md:w-64",
  "w-32 md:w-48",
  "w-24 md:w-36",
  "w-40 md:w-56",
  "w-44 md:w-72",
  "w-28 md:w-40",
];
