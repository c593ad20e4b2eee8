"use client";

import { Check, FileQuestion, ImageOff, OctagonAlert, Star } from "lucide-react";
import { memo, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Tile } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";

interface TileViewProps {
  /** Undefined while it is on its way. */
  tile: Tile | undefined;
  index: number;
  column: number;
  left: number;
  width: number;
  /** The one that the Tab key comes to. */
  isCurrent: boolean;
  isSelected: boolean;
  /** Something is selected: the boxes stay in sight. */
  isSelecting: boolean;
  onOpen: (taskId: string) => void;
  onSelect: (index: number, isRange: boolean) => void;
  /** Absent where nothing may be made. */
  onNewSeed?: (tile: Tile) => void;
}

/** One picture of the grid. Thousands pass: it is drawn again only when something of it changed. */
export const TileView = memo(function TileView(props: TileViewProps) {
  const { tile, index, column, left, width, isCurrent, isSelected, isSelecting, onOpen, onSelect, onNewSeed } = props;
  const t = useT();
  return (
    // A list of pictures in two directions is a grid, for which the platform has no element but a table.
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of all cells
    <div
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-busy={tile ? undefined : true}
      aria-label={tile ? undefined : t("common.loading")}
      aria-keyshortcuts={tile?.isNsfw && onNewSeed ? "n" : undefined}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      onClick={(event) => {
        if (!tile) return;
        if (event.shiftKey || event.ctrlKey || event.metaKey) onSelect(index, event.shiftKey);
        else onOpen(tile.taskId);
      }}
      style={{ left, width }}
      className={cn(
        "group absolute inset-y-0 cursor-pointer overflow-hidden rounded-lg bg-hover outline-offset-2",
        isSelected && "ring-3 ring-accent ring-inset",
      )}
    >
      {tile ? <Content tile={tile} onNewSeed={onNewSeed} /> : null}
      {tile?.starred ? (
        <span className="absolute right-2 bottom-2 rounded-full bg-raised/90 p-1 text-accent-text">
          <Star aria-hidden="true" className="size-3.5 fill-current" />
          <span className="sr-only">{t("gallery.starred")}</span>
        </span>
      ) : null}
      {tile ? (
        <span
          aria-hidden="true"
          className={cn(
            "absolute inset-0 rounded-lg",
            isSelected
              ? "ring-3 ring-accent ring-inset"
              : "group-hover:ring-1 group-hover:ring-control group-hover:ring-inset",
          )}
        />
      ) : null}
      {tile ? (
        // The same by the keyboard is the grid's space key, which a screen reader hears of as the cell's own state.
        <span
          aria-hidden="true"
          data-select=""
          onClick={(event) => {
            event.stopPropagation();
            onSelect(index, event.shiftKey);
          }}
          className={cn(
            "absolute top-0 left-0 flex size-10 items-start p-2",
            isSelected || isSelecting ? "opacity-100" : "opacity-0 group-hover:opacity-100 pointer-coarse:opacity-100",
          )}
        >
          <span
            className={cn(
              "flex size-5 items-center justify-center rounded-sm border",
              isSelected ? "border-accent bg-accent text-accent-ink" : "border-control bg-raised/90",
            )}
          >
            {isSelected ? <Check className="size-4" /> : null}
          </span>
        </span>
      ) : null}
    </div>
  );
});

function Content({ tile, onNewSeed }: { tile: Tile; onNewSeed?: (tile: Tile) => void }) {
  const t = useT();
  const alt = tile.prompt || tile.name || t("gallery.unknownPicture");
  if (tile.status === "failed") {
    return (
      <Instead icon={<OctagonAlert aria-hidden="true" className="text-bad" />} title={t("gallery.failed")}>
        {alt}
      </Instead>
    );
  }
  if (tile.isNsfw) {
    return (
      <Instead icon={<ImageOff aria-hidden="true" />} title={t("gallery.filtered")} text={alt}>
        {onNewSeed ? (
          <span className="relative z-10">
            <Button
              size="sm"
              tabIndex={-1}
              onClick={(event) => {
                event.stopPropagation();
                onNewSeed(tile);
              }}
            >
              {t("gallery.newSeed")}
            </Button>
          </span>
        ) : null}
      </Instead>
    );
  }
  return <Small key={tile.thumbnailUrl} tile={tile} alt={alt} />;
}

interface InsteadProps {
  icon: React.ReactNode;
  title: string;
  text?: string;
  children?: React.ReactNode;
}

function Instead({ icon, title, text, children }: InsteadProps) {
  return (
    <span className="flex size-full flex-col items-center justify-center gap-1 p-3 text-center text-text-2 [&>svg]:size-5">
      {icon}
      <span className="font-medium text-sm">{title}</span>
      {text ? <span className="line-clamp-2 text-xs">{text}</span> : null}
      {text ? children : <span className="line-clamp-3 text-xs">{children}</span>}
    </span>
  );
}

/** The small one, the whole one where the bucket makes none, and a sign where there is neither. */
function Small({ tile: { thumbnailUrl, url }, alt }: { tile: Tile; alt: string }) {
  const t = useT();
  const [misses, setMisses] = useState(0);
  const source = [thumbnailUrl, url].filter((one) => one !== undefined)[misses];
  if (source === undefined) {
    return (
      <Instead icon={<FileQuestion aria-hidden="true" />} title={t("gallery.gone")}>
        {alt}
      </Instead>
    );
  }
  return (
    // biome-ignore lint/performance/noImgElement: a signed address of the bucket; an optimiser would carry the bytes twice
    <img
      src={source}
      alt={alt}
      decoding="async"
      draggable={false}
      onError={() => setMisses(misses + 1)}
      className="size-full object-cover"
    />
  );
}
