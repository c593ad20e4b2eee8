"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, useSyncExternalStore } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { formatNumber } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ListChoice, ListRow, Sort } from "@/lib/services/list-view";
import { firstOrder } from "./list-toolbar";
import { CELLS, ServiceCells } from "./service-cells";

interface ServiceRowsProps {
  rows: readonly ListRow[];
  choice: ListChoice;
  onChange: (change: Partial<ListChoice>) => void;
  selected: ReadonlySet<string>;
  onSelect: (names: readonly string[], on: boolean) => void;
}

/** Two lines; measured once it is there, and then the less of a jump the closer this is. */
const ROW_PX = 52;
const HEADING_PX = 45;
/** A card on a narrow screen; each is measured once it is there. */
const CARD_PX = 274;
const OVERSCAN = 8;
/** Tailwind's `sm`. */
const WIDE = "(min-width: 40rem)";

function onWidth(changed: () => void): () => void {
  const query = window.matchMedia(WIDE);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

const isWideNow = () => window.matchMedia(WIDE).matches;

const GRID =
  "sm:grid-cols-[2.5rem_minmax(0,2fr)_8.5rem_6.5rem_7rem_minmax(0,1fr)] lg:grid-cols-[2.5rem_minmax(0,2.2fr)_8.5rem_6rem_minmax(0,1.5fr)_6.5rem_6rem_minmax(0,1.1fr)_7rem_7rem]";

/**
 * A table of which only the rows in view are drawn; below 640 px its rows are cards. Roles are written out because the
 * display values take the table's own away.
 */
export function ServiceRows({ rows, choice, onChange, selected, onSelect }: ServiceRowsProps) {
  const t = useT();
  const body = useRef<HTMLTableSectionElement>(null);
  const isWide = useSyncExternalStore(onWidth, isWideNow, () => true);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === "heading" ? HEADING_PX : isWide ? ROW_PX : CARD_PX),
    // A row and its card are measured apart.
    getItemKey: (index) => `${isWide ? "row" : "card"} ${keyOf(rows[index], index)}`,
    overscan: OVERSCAN,
    scrollMargin: body.current?.offsetTop ?? 0,
    // Until the browser has measured its window: enough for a first paint, little enough for thousands of services.
    initialRect: { width: 1280, height: 900 },
    // As the server drew it: a reload comes back to where one was, which the first effect finds out.
    initialOffset: 0,
  });
  const names = rows.flatMap((row) => (row.kind === "service" ? [row.service.name] : []));
  const chosen = names.filter((name) => selected.has(name)).length;

  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display values other than table drop the implicit roles
    <table role="table" aria-label={t("services.title")} aria-rowcount={rows.length + 1} className="block w-full">
      <thead role="rowgroup" className="sr-only sm:not-sr-only sm:block">
        <tr role="row" aria-rowindex={1} className={cn("grid items-center border-line border-b", GRID)}>
          <th role="columnheader" scope="col" className="flex h-9 items-center pl-4">
            <Checkbox
              aria-label={t("services.list.selectAll", { count: names.length })}
              checked={chosen > 0 && chosen === names.length}
              mixed={chosen > 0 && chosen < names.length}
              onChange={(event) => onSelect(names, event.target.checked)}
            />
          </th>
          {CELLS.map((cell) => (
            <Header key={cell.id} cell={cell} choice={choice} onChange={onChange} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} role="rowgroup" className="relative block" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <tr
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={row.kind === "service" ? selected.has(row.service.name) : undefined}
              className={cn(
                "absolute inset-x-0 top-0 border-line border-b",
                row.kind === "heading"
                  ? "bg-hover/60"
                  : cn("grid gap-1 px-4 py-3 sm:gap-0 sm:p-0 sm:hover:bg-hover sm:items-center", GRID),
              )}
              style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
            >
              {row.kind === "heading" ? (
                <Heading value={row.value} count={row.count} grouping={choice.grouping} />
              ) : (
                <ServiceCells
                  service={row.service}
                  selected={selected.has(row.service.name)}
                  onSelect={(on) => onSelect([row.service.name], on)}
                />
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}

function keyOf(row: ListRow | undefined, index: number): string | number {
  if (!row) return index;
  return row.kind === "service" ? row.service.name : `# ${row.value}`;
}

interface HeaderProps {
  cell: (typeof CELLS)[number];
  choice: ListChoice;
  onChange: (change: Partial<ListChoice>) => void;
}

function Header({ cell, choice, onChange }: HeaderProps) {
  const t = useT();
  const sort: Sort | undefined = cell.sort;
  const words = t(cell.header);
  const isSorted = sort === choice.sort;
  const Arrow = choice.order === "asc" ? ArrowUp : ArrowDown;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display values other than table-cell drop the implicit role
    <th
      role="columnheader"
      scope="col"
      aria-sort={isSorted ? (choice.order === "asc" ? "ascending" : "descending") : undefined}
      className={cn("px-3 text-left font-medium text-sm text-text-3", cell.className)}
    >
      {sort ? (
        <button
          type="button"
          className="inline-flex min-h-6 items-center gap-1 rounded-sm hover:text-text"
          onClick={() =>
            onChange({ sort, order: isSorted ? (choice.order === "asc" ? "desc" : "asc") : firstOrder(sort) })
          }
        >
          {words}
          {isSorted ? <Arrow aria-hidden="true" className="size-3.5" /> : null}
        </button>
      ) : (
        words
      )}
    </th>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}

interface HeadingProps {
  value: string;
  count: number;
  grouping: ListChoice["grouping"];
}

function Heading({ value, count, grouping }: HeadingProps) {
  const t = useT();
  const locale = useLocale();
  const words =
    value === ""
      ? t("services.list.ungrouped")
      : grouping === "state"
        ? (t.maybe(`status.name.${value}`) ?? value)
        : grouping === "type"
          ? (t.maybe(`services.type.${value}`) ?? value)
          : grouping === "region"
            ? (t.maybe(`regions.${value}`) ?? value)
            : value;
  return (
    // biome-ignore-start lint/a11y: display values other than table-cell drop the implicit role
    <th role="rowheader" scope="rowgroup" className="flex h-11 items-center gap-2 px-4 text-left font-medium">
      <span className="truncate">{words}</span>
      <span className="font-normal text-sm text-text-3 tabular-nums">{formatNumber(count, locale)}</span>
    </th>
    // biome-ignore-end lint/a11y: see above
  );
}
