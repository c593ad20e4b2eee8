"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { Modal } from "@/components/ui/modal";
import { Spinner } from "@/components/ui/spinner";
import type { GalleryChoice } from "@/lib/gallery/filters";
import { galleryQueries } from "@/lib/gallery/queries";
import type { Picture, Tile } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { BigPicture } from "./big-picture";
import { Facts } from "./facts";
import type { GalleryRights } from "./gallery";
import { PictureActions } from "./picture-actions";
import { Tags } from "./tags";
import { useStar } from "./use-star";

interface DetailsProps {
  connectionId: string;
  taskId: string;
  choice: GalleryChoice;
  rights: GalleryRights;
  onGo: (taskId: string) => void;
  onClose: () => void;
  onDelete: (taskId: string) => void;
  /** Absent where nothing may be made. */
  onNewSeed?: (tile: Tile) => void;
}

/** One picture in full, over the grid that keeps its place. */
export function Details({ connectionId, taskId, choice, rights, onGo, onClose, onDelete, onNewSeed }: DetailsProps) {
  const t = useT();
  const { data, error, refetch } = useQuery(galleryQueries.picture(connectionId, taskId, choice));
  const [seen, setSeen] = useState<Picture>();
  if (data && data !== seen) setSeen(data);
  // The one before stays until the next is there.
  const shown = data ?? (error ? undefined : seen);
  const star = useStar(connectionId);

  // On the window: where the focus is within the dialog does not matter.
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });

  function onKeyDown(event: KeyboardEvent) {
    const { target } = event;
    if (!shown || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!(target instanceof Element) || target.closest("input, [role=menu], [data-zoomed]")) return;
    // Another dialog stands above this one.
    if (document.querySelectorAll("dialog[open]").length > 1) return;
    const next = { ArrowLeft: shown.newer, k: shown.newer, ArrowRight: shown.older, j: shown.older }[event.key];
    if (next) onGo(next);
    else if (event.key === "s" && rights.generate) star.mutate(shown.tile);
    else if (event.key === "Delete" && rights.delete) onDelete(taskId);
    else return;
    event.preventDefault();
  }

  return (
    <Modal
      open
      onOpenChange={onClose}
      title={<span className="line-clamp-1">{shown?.tile.prompt || shown?.tile.name || t("gallery.picture")}</span>}
      className="m-auto flex h-[calc(100dvh-1.5rem)] max-h-none w-[calc(100vw-1.5rem)] max-w-none animate-pop-in flex-col overflow-hidden rounded-lg bg-raised text-text shadow-float backdrop:animate-fade-in backdrop:bg-scrim"
    >
      <div className="min-h-0 flex-1 overflow-y-auto border-line border-t lg:overflow-hidden">
        {error && !shown ? (
          <div className="p-5">
            <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />
          </div>
        ) : shown ? (
          <div className="grid lg:h-full lg:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="relative grid min-h-0 lg:h-full">
              <BigPicture key={shown.tile.taskId} picture={shown} onExpired={refetch} onNewSeed={onNewSeed} />
              <nav aria-label={t("gallery.neighbours")} className="contents">
                <Neighbour label={t("gallery.newer")} taskId={shown.newer} side="left" onGo={onGo} />
                <Neighbour label={t("gallery.older")} taskId={shown.older} side="right" onGo={onGo} />
              </nav>
            </div>
            <div className="grid content-start gap-5 border-line p-5 lg:overflow-y-auto lg:border-l">
              <PictureActions
                connectionId={connectionId}
                picture={shown}
                rights={rights}
                onDelete={() => onDelete(shown.tile.taskId)}
              />
              <Tags connectionId={connectionId} picture={shown} mayChange={rights.generate} />
              <Facts picture={shown} />
            </div>
          </div>
        ) : (
          <EmptyState icon={<Spinner />} title={t("common.loading")} />
        )}
      </div>
    </Modal>
  );
}

interface NeighbourProps {
  label: string;
  taskId: string | undefined;
  side: "left" | "right";
  onGo: (taskId: string) => void;
}

function Neighbour({ label, taskId, side, onGo }: NeighbourProps) {
  const Icon = side === "left" ? ChevronLeft : ChevronRight;
  if (!taskId) return null;
  return (
    <span className={`absolute top-1/2 -translate-y-1/2 ${side === "left" ? "left-2" : "right-2"}`}>
      <IconButton
        label={label}
        icon={<Icon aria-hidden="true" />}
        variant="secondary"
        size="lg"
        onClick={() => onGo(taskId)}
        className="rounded-full!"
      />
    </span>
  );
}
