"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { cellsOf, layRows, middleOf, movedBy, nearestIn, type Row, rowOf } from "@/lib/gallery/rows";
import type { Tile } from "@/lib/gallery/view";
import { useT } from "@/lib/i18n/react";
import { TileView } from "./tile-view";
import type { Pictures } from "./use-pictures";
import type { Selection } from "./use-selection";

/** How high rows are, and how far apart; on a telephone two or three pictures stand side by side. */
const LOOK = { wide: { height: 208, gap: 12 }, narrow: { height: 168, gap: 8 } };
const NARROW = 640;
const OVERSCAN = 2;
/** More at once come from the bucket, and stand anywhere. */
const NEW_MAX = 60;
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
  /** The place across the page that arrows up and down keep to. */
  const column = useRef<number>(undefined);
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

  const { shapes } = pictures;
  const { height, gap } = width < NARROW ? LOOK.narrow : LOOK.wide;
  const rows = useMemo(() => layRows(shapes, { width, gap, height }), [shapes, width, gap, height]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (row) => (rows[row]?.height ?? height) + gap,
    overscan: OVERSCAN,
    scrollMargin: margin,
    scrollPaddingStart: PADDING.top,
    scrollPaddingEnd: PADDING.bottom,
  });
  // Before the paint: rows of another shape must not be seen at the old places.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what changed
  useLayoutEffect(() => virtual.measure(), [virtual, rows]);

  const seen = useRef({ rows, total, width });
  // New pictures come in front: whoever is further down keeps what is in sight, and the focus its picture.
  useLayoutEffect(() => {
    const before = seen.current;
    seen.current = { rows, total, width };
    const added = total - before.total;
    const y = window.scrollY + PADDING.top - margin;
    if (added <= 0 || added > NEW_MAX || before.width !== width || window.scrollY <= margin) return;
    window.scrollBy({ top: movedBy(before.rows, rows, added, y), behavior: "instant" });
    setCurrent((index) => index + added);
  }, [rows, total, width, margin]);

  const items = virtual.getVirtualItems();
  const first = rows[items[0]?.index ?? 0]?.start ?? 0;
  const last = Math.min(total, endOf(rows[items.at(-1)?.index ?? 0])) - 1;
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
    virtual.scrollToIndex(rowOf(rows, to), { align: "auto" });
  }

  /** So many rows up or down, to what stands nearest to where the way began; beyond the last row, to its end. */
  function goRows(by: number, isRange: boolean) {
    const middle = column.current ?? middleOf(rows, current);
    const from = rowOf(rows, current);
    const row = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
    if (!row) return;
    goTo(row === rows[from] ? (by < 0 ? 0 : total - 1) : nearestIn(row, middle), isRange);
    column.current = middle;
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.target instanceof HTMLButtonElement) return;
    const page = Math.max(1, Math.floor(window.innerHeight / (height + gap)) - 1);
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -total, End: total };
    const rowSteps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    const rowStep = rowSteps[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    const tile = pictures.tileAt(current);
    const letters: Record<string, () => void> = {
      s: () => onStar(current),
      n: () => tile?.isNsfw && onNewSeed?.(tile),
    };
    if (rowStep !== undefined) goRows(rowStep, event.shiftKey);
    else if (step !== undefined) {
      column.current = undefined;
      goTo(current + step, event.shiftKey);
    } else if (event.key === "Enter" && tile) onOpen(tile.taskId);
    else if (event.key === " ") {
      if (event.shiftKey) selection.rangeTo(current);
      else selection.toggle(current);
    } else if (isCommand && event.key === "a") selection.all();
    else if (event.key === "Escape" && selection.size > 0) selection.clear();
    else if (event.key === "Delete" || event.key === "Backspace") onDelete(current);
    else if (!isCommand && !event.altKey && event.key in letters) letters[event.key]?.();
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
      aria-rowcount={rows.length}
      // Rows hold as many as fit them.
      aria-colcount={-1}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const index = (target as HTMLElement).dataset.index;
        if (index === undefined || Number(index) === current) return;
        setCurrent(Number(index));
        column.current = undefined;
      }}
      className="relative outline-none"
      style={{ height: Math.max(0, virtual.getTotalSize() - gap) }}
    >
      {items.map(({ index: at, key, start }) => {
        const row = rows[at];
        return row ? (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
          <div
            key={key}
            role="row"
            aria-rowindex={at + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: row.height, transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
          >
            {cellsOf(row).map(({ left, width }, column) => {
              const index = row.start + column;
              const tile = pictures.tileAt(index);
              return (
                <TileView
                  key={tile?.taskId ?? index}
                  tile={tile}
                  index={index}
                  column={column}
                  left={left}
                  width={width}
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
        ) : null;
      })}
    </div>
  );
}

const endOf = (row: Row | undefined) => (row ? row.start + row.aspects.length : 0);
