"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArchiveX, ChevronRight, File, Folder } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ModelReport } from "@/lib/models/check";
import { factText } from "@/lib/models/texts";
import type { FileFact, FindingLevel } from "@/lib/models/types";
import { type Mark, moveIn, rowsOf, type TreeRow, treeOf } from "./tree-rows";

const ROW_PX = 28;
/** A longer tree scrolls within itself. */
const ROWS_SHOWN = 20;
const INDENT_PX = 18;

export const findingId = (index: number) => `finding-${index}`;

/**
 * The model root as the container will see it under /oss. One stop for Tab, arrow keys within, Enter to fold or to go to what
 * was found; only the rows in view are in the page, however many there are.
 */
export function ModelTree({ report }: { report: ModelReport }) {
  const t = useT();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<string>();
  const tree = useMemo(() => treeOf(report.plan, report.findings), [report]);
  const rows = useMemo(() => rowsOf(tree, toggled), [tree, toggled]);
  const active = Math.max(
    0,
    rows.findIndex((row) => row.id === wanted),
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    // What the keyboard is at must be there to be named.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const shown = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      return active < count && (active < from || active > to) ? [...shown, active].sort((a, b) => a - b) : shown;
    },
  });
  useEffect(() => {
    if (wanted !== undefined) virtual.scrollToIndex(active);
  }, [wanted, active, virtual]);
  if (rows.length === 0) return null;

  function toggle(row: string) {
    setWanted(row);
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(row)) after.add(row);
      return after;
    });
  }

  function handleKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    if (event.key === "Enter" || event.key === " ") {
      if (row?.kind === "folder" || row?.kind === "behind") toggle(row.id);
      else if (row?.kind === "file" && row.mark) goToFinding(row.mark);
      else return;
      return event.preventDefault();
    }
    const move = moveIn(rows, active, event.key);
    if (!move) return;
    event.preventDefault();
    if ("toggle" in move) toggle(move.toggle);
    else setWanted(rows[move.to]?.id);
  }

  const nameOf = (index: number) => `${id}-row-${index}`;
  return (
    <div className="border-line border-t px-4 py-3">
      <p id={id} className="pb-1.5 text-sm text-text-3">
        {t("deploy.model.tree")}
      </p>
      <div
        ref={scroller}
        role="tree"
        aria-labelledby={id}
        aria-activedescendant={nameOf(active)}
        tabIndex={0}
        onKeyDown={handleKey}
        className="group relative overflow-y-auto rounded-md"
        style={{ height: Math.min(rows.length, ROWS_SHOWN) * ROW_PX }}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return row ? (
              // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the row
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
              <div
                key={key}
                id={nameOf(index)}
                role="treeitem"
                aria-level={row.level}
                aria-posinset={row.position}
                aria-setsize={row.siblings}
                aria-expanded={"isOpen" in row ? row.isOpen : undefined}
                aria-selected={index === active}
                onClick={() => ("isOpen" in row ? toggle(row.id) : setWanted(row.id))}
                className={cn(
                  "absolute inset-x-0 top-0 flex items-center gap-2 rounded-md pr-1 text-sm",
                  "isOpen" in row && "cursor-pointer hover:bg-hover",
                  index === active &&
                    "group-focus-visible:bg-hover group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:-outline-offset-2",
                )}
                style={{
                  height: ROW_PX,
                  transform: `translateY(${start}px)`,
                  paddingLeft: (row.level - 1) * INDENT_PX + ("isOpen" in row ? 0 : 22),
                }}
              >
                <Row row={row} fact={row.kind === "file" ? report.facts.get(row.path) : undefined} />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ row, fact }: { row: TreeRow; fact: FileFact | undefined }) {
  const t = useT();
  const locale = useLocale();
  const size = (bytes: number) => formatBytes(bytes, locale);
  switch (row.kind) {
    case "folder":
      return (
        <>
          <Chevron isOpen={row.isOpen} />
          <Folder aria-hidden="true" className="size-4 shrink-0 text-text-3" />
          <span className="min-w-0 truncate font-mono" title={row.name}>
            {row.name}/
          </span>
          <LevelBadge level={row.worst} />
          <Aside>
            <span className="max-sm:hidden">
              {t("deploy.model.folderSize", { count: row.files, size: size(row.bytes) })}
            </span>
            <span className="sm:hidden">{size(row.bytes)}</span>
          </Aside>
        </>
      );
    case "file":
      return (
        <>
          <File aria-hidden="true" className="size-4 shrink-0 text-text-3" />
          <span className="min-w-0 truncate font-mono" title={row.name}>
            {row.name}
          </span>
          <FindingLink name={row.name} mark={row.mark} />
          <Fact fact={fact} />
          <Aside>{size(row.sizeBytes)}</Aside>
        </>
      );
    case "behind":
      return (
        <>
          <Chevron isOpen={row.isOpen} />
          <ArchiveX aria-hidden="true" className="size-4 shrink-0 text-text-3" />
          <span className="min-w-0 truncate text-text-2">
            {t("deploy.model.leftBehind", { count: row.files, size: size(row.bytes) })}
          </span>
        </>
      );
    case "left": {
      const { source, reason } = row.item;
      return (
        <>
          <span className="min-w-0 truncate font-mono text-text-3" title={source.path}>
            {source.path}
          </span>
          <Aside>{t.maybe(`findings.leave.${reason}`)}</Aside>
        </>
      );
    }
    default:
      return row satisfies never;
  }
}

function Chevron({ isOpen }: { isOpen: boolean }) {
  return (
    <ChevronRight
      aria-hidden="true"
      className={cn("size-3.5 shrink-0 text-text-3 transition-transform", isOpen && "rotate-90")}
    />
  );
}

function Aside({ children }: { children: React.ReactNode }) {
  return <span className="ml-auto shrink-0 whitespace-nowrap text-text-3 text-xs">{children}</span>;
}

function LevelBadge({ level }: { level: FindingLevel | undefined }) {
  const t = useT();
  if (!level || level === "info") return null;
  return <Badge tone={level === "error" ? "bad" : "warn"}>{t(`deploy.model.badge.${level}`)}</Badge>;
}

function goToFinding({ index }: Mark): void {
  const finding = document.getElementById(findingId(index));
  finding?.scrollIntoView({ block: "center" });
  finding?.focus({ preventScroll: true });
}

/** For the pointer; the keyboard goes there with Enter. */
function FindingLink({ name, mark }: { name: string; mark: Mark | undefined }) {
  const t = useT();
  if (!mark || mark.level === "info") return null;
  const label = t("deploy.model.toFinding", { level: t(`deploy.model.badge.${mark.level}`), name });
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      className="shrink-0 rounded-full"
      onClick={() => goToFinding(mark)}
    >
      <LevelBadge level={mark.level} />
    </button>
  );
}

/** What the file is and how precise its numbers are. */
function Fact({ fact }: { fact: FileFact | undefined }) {
  const t = useT();
  const locale = useLocale();
  const text = fact && factText(fact, { t, bytes: (size) => formatBytes(size, locale) });
  return text ? <span className="min-w-0 truncate text-text-3 text-xs max-sm:hidden">{text}</span> : null;
}
