"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Tile } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { TileView } from "./tile-view";
import type { Pictures } from "./use-pictures";
import type { Selection } from "./use-selection";

const GAP = 12;
/** Tiles are at least so wide; on a telephone two stand side by side. */
const TILE_MIN = 168;
const OVERSCAN = 2;
/** Below the bar at the top, above the one at the bottom. */
const PADDING = { top: 76, bottom: 72 };

export interface GridKeys {
  onStar: (index: number) => void;
  onDelete: (index: number) => void;
}

interface GridProps extends GridKeys {
  total: number;
  pictures: Pictures;
  selection: Selection;
  onSight: (first: number, last: number) => void;
  onOpen: (taskId: string) => void;
  onNewSeed?: (tile: Tile) => void;
}

/** Pictures in rows, of which only those in view are drawn. One stop for the Tab key; arrows go on from there. */
export function Grid({ total, pictures, selection, onSight, onOpen, onNewSeed, onStar, onDelete }: GridProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [current, setCurrent] = useState(0);
  /** Where the focus is wanted once its cell is there. */
  const wanted = useRef<number>(undefined);
  const [margin, setMargin] = useState(0);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      setWidth(element.clientWidth);
      setMargin(element.getBoundingClientRect().top + window.scrollY);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What stands above it may grow.
    if (element.parentElement) observer.observe(element.parentElement);
    return () => observer.disconnect();
  }, []);

  const columns = Math.max(2, Math.floor((width + GAP) / (TILE_MIN + GAP)));
  const size = Math.max(1, (width - GAP * (columns - 1)) / columns);
  const rows = Math.ceil(total / columns);
  const virtual = useWindowVirtualizer({
    count: width === 0 ? 0 : rows,
    estimateSize: () => size + GAP,
    overscan: OVERSCAN,
    scrollMargin: margin,
    scrollPaddingStart: PADDING.top,
    scrollPaddingEnd: PADDING.bottom,
  });
  // Its rows are as high as the window is wide.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size is what changed
  useEffect(() => virtual.measure(), [virtual, size]);

  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const last = Math.min(total, ((items.at(-1)?.index ?? 0) + 1) * columns) - 1;
  useEffect(() => onSight(first, last), [first, last, onSight]);

  const isInSight = current >= first && current <= last;
  const tabStop = isInSight ? current : first;

  useEffect(() => {
    if (wanted.current === undefined) return;
    const cell = box.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!cell) return;
    wanted.current = undefined;
    cell.focus({ preventScroll: true });
  });

  function goTo(index: number, isRange: boolean) {
    const to = Math.max(0, Math.min(total - 1, index));
    if (isRange) selection.extend(current, to);
    setCurrent(to);
    wanted.current = to;
    virtual.scrollToIndex(Math.floor(to / columns), { align: "auto" });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.target instanceof HTMLButtonElement) return;
    const page = Math.max(1, Math.floor(window.innerHeight / (size + GAP)) - 1) * columns;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -total,
      End: total,
    };
    const step = steps[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    const tile = pictures.tileAt(current);
    if (step !== undefined) goTo(current + step, event.shiftKey);
    else if (event.key === "Enter" && tile) onOpen(tile.taskId);
    else if (event.key === " ") {
      if (event.shiftKey) selection.rangeTo(current);
      else selection.toggle(current);
    } else if (isCommand && event.key === "a") selection.all();
    else if (event.key === "Escape" && selection.size > 0) selection.clear();
    else if (event.key === "Delete" || event.key === "Backspace") onDelete(current);
    else if (event.key === "s" && !isCommand && !event.altKey) onStar(current);
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: pictures in two directions, see tile-view.tsx
    <div
      ref={box}
      role="grid"
      tabIndex={-1}
      aria-label={t("gallery.pictures")}
      aria-multiselectable="true"
      aria-rowcount={rows}
      aria-colcount={columns}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const index = (target as HTMLElement).dataset.index;
        if (index !== undefined) setCurrent(Number(index));
      }}
      className="relative outline-none"
      style={{ height: Math.max(0, virtual.getTotalSize() - GAP) }}
    >
      {items.map(({ index: row, key, start }) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
        <div
          key={key}
          role="row"
          aria-rowindex={row + 1}
          className="absolute inset-x-0 top-0 grid"
          style={{
            gap: GAP,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            transform: `translateY(${start - virtual.options.scrollMargin}px)`,
          }}
        >
          {Array.from({ length: Math.min(columns, total - row * columns) }, (_, column) => {
            const index = row * columns + column;
            const tile = pictures.tileAt(index);
            return (
              <TileView
                key={tile?.taskId ?? index}
                tile={tile}
                index={index}
                column={column}
                isCurrent={index === tabStop}
                isSelected={tile !== undefined && selection.has(tile.taskId)}
                isSelecting={selection.size > 0}
                onOpen={onOpen}
                onSelect={selection.press}
                onNewSeed={onNewSeed}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}
