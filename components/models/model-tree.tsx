"use client";

import { ChevronRight, File, Folder } from "lucide-react";
import { useMemo } from "react";
import { Badge } from "@/components/ui/badge";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ModelReport } from "@/lib/models/check";
import { type Folder as FolderOf, folderOf } from "@/lib/models/folder";
import { factText } from "@/lib/models/texts";
import type { FileFact, FindingLevel, LeftBehind, PlannedFile } from "@/lib/models/types";

/** Above this a folder shows its first files only: nobody reads a thousand rows, and the page stays quick. */
const ROWS_MAX = 200;

/** The model root as the container will see it under /oss. */
export function ModelTree({ report }: { report: ModelReport }) {
  const t = useT();
  const { files, leftBehind } = report.plan;
  const root = useMemo(() => folderOf(files.map((file) => [file.target, file] as const)), [files]);
  const levels = useMemo(() => worstLevels(report), [report]);
  const marks = useMemo(() => firstFindings(report), [report]);
  if (files.length === 0 && leftBehind.length === 0) return null;
  return (
    <div className="border-line border-t px-4 py-3">
      <p className="pb-1.5 text-sm text-text-3">{t("deploy.model.tree")}</p>
      <FolderRows folder={root} path="" levels={levels} marks={marks} facts={report.facts} depth={0} />
      {leftBehind.length > 0 ? <LeftBehindRows items={leftBehind} /> : null}
    </div>
  );
}

interface FolderRowsProps {
  folder: FolderOf<PlannedFile>;
  path: string;
  levels: ReadonlyMap<string, FindingLevel>;
  marks: ReadonlyMap<string, Mark>;
  facts: ReadonlyMap<string, FileFact>;
  depth: number;
}

function FolderRows({ folder, path, levels, marks, facts, depth }: FolderRowsProps) {
  const t = useT();
  const locale = useLocale();
  const folders = [...folder.folders].sort(([a], [b]) => (a < b ? -1 : 1));
  const files = [...folder.files].sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <ul className={depth > 0 ? "ml-2 border-line border-l pl-3" : undefined}>
      {folders.map(([name, inner]) => {
        const inside = `${path}${name}`;
        const { count, bytes } = totals(inner);
        return (
          <li key={name}>
            <details open={depth === 0}>
              <summary className="flex h-7 list-none items-center gap-2 rounded-md text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
                <ChevronRight
                  aria-hidden="true"
                  className="size-3.5 shrink-0 text-text-3 transition-transform [details[open]>summary>&]:rotate-90"
                />
                <Folder aria-hidden="true" className="size-4 shrink-0 text-text-3" />
                <span className="min-w-0 truncate font-mono">{name}/</span>
                <LevelBadge level={levels.get(inside)} />
                <span className="ml-auto shrink-0 pr-1 text-text-3 text-xs">
                  {t("deploy.model.folderSize", { count, size: formatBytes(bytes, locale) })}
                </span>
              </summary>
              <FolderRows
                folder={inner}
                path={`${inside}/`}
                levels={levels}
                marks={marks}
                facts={facts}
                depth={depth + 1}
              />
            </details>
          </li>
        );
      })}
      {files.slice(0, ROWS_MAX).map(([name, { source }]) => (
        <li key={name} className="flex h-7 items-center gap-2 pl-5.5 text-sm">
          <File aria-hidden="true" className="size-4 shrink-0 text-text-3" />
          <span className="min-w-0 truncate font-mono">{name}</span>
          <FindingLink name={name} mark={marks.get(`${path}${name}`)} />
          <Fact fact={facts.get(`${path}${name}`)} />
          <span className="ml-auto shrink-0 pr-1 text-text-3 text-xs">{formatBytes(source.sizeBytes, locale)}</span>
        </li>
      ))}
      {files.length > ROWS_MAX ? (
        <li className="pl-5.5 text-sm text-text-3">
          {t("deploy.model.moreFiles", { count: files.length - ROWS_MAX })}
        </li>
      ) : null}
    </ul>
  );
}

function LevelBadge({ level }: { level: FindingLevel | undefined }) {
  const t = useT();
  if (!level || level === "info") return null;
  return <Badge tone={level === "error" ? "bad" : "warn"}>{t(`deploy.model.badge.${level}`)}</Badge>;
}

/** The worst finding about a file, and its place in the list above. */
interface Mark {
  level: FindingLevel;
  index: number;
}

export const findingId = (index: number) => `finding-${index}`;

/** Leads from a file to what was found in it, with the keyboard too. */
function FindingLink({ name, mark }: { name: string; mark: Mark | undefined }) {
  const t = useT();
  if (!mark || mark.level === "info") return null;
  const label = t("deploy.model.toFinding", { level: t(`deploy.model.badge.${mark.level}`), name });
  return (
    <a href={`#${findingId(mark.index)}`} aria-label={label} className="rounded-full">
      <LevelBadge level={mark.level} />
    </a>
  );
}

/** What the file is and how precise its numbers are. */
function Fact({ fact }: { fact: FileFact | undefined }) {
  const t = useT();
  const locale = useLocale();
  const text = fact && factText(fact, { t, bytes: (size) => formatBytes(size, locale) });
  return text ? <span className="min-w-0 truncate text-text-3 text-xs">{text}</span> : null;
}

function LeftBehindRows({ items }: { items: readonly LeftBehind[] }) {
  const t = useT();
  const locale = useLocale();
  return (
    <details className="mt-2">
      <summary className="rounded-md text-sm text-text-2">
        {t("deploy.model.leftBehind", {
          count: items.length,
          size: formatBytes(
            items.reduce((sum, { source }) => sum + source.sizeBytes, 0),
            locale,
          ),
        })}
      </summary>
      <ul className="mt-1">
        {items.slice(0, ROWS_MAX).map(({ source, reason }) => (
          <li key={source.path} className="flex min-h-7 flex-wrap items-center gap-x-2 pl-5.5 text-sm">
            <span className="min-w-0 truncate font-mono text-text-3">{source.path}</span>
            <span className="text-text-3 text-xs">{t.maybe(`findings.leave.${reason}`)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function totals(folder: FolderOf<PlannedFile>): { count: number; bytes: number } {
  let count = folder.files.size;
  let bytes = 0;
  for (const { source } of folder.files.values()) bytes += source.sizeBytes;
  for (const inner of folder.folders.values()) {
    const below = totals(inner);
    count += below.count;
    bytes += below.bytes;
  }
  return { count, bytes };
}

/** Findings come errors first, so the first about a path is the worst. */
function firstFindings({ findings }: ModelReport): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const [index, { path, level }] of findings.entries()) {
    if (path !== undefined && !marks.has(path)) marks.set(path, { level, index });
  }
  return marks;
}

/** The worst finding of each path, also carried by the folders above it, so that a closed folder shows it. */
function worstLevels({ findings }: ModelReport): Map<string, FindingLevel> {
  const weight: Record<FindingLevel, number> = { info: 0, warning: 1, error: 2 };
  const levels = new Map<string, FindingLevel>();
  for (const { path, level } of findings) {
    const segments = path?.split("/") ?? [];
    segments.forEach((_, index) => {
      const at = segments.slice(0, index + 1).join("/");
      const known = levels.get(at);
      if (!known || weight[level] > weight[known]) levels.set(at, level);
    });
  }
  return levels;
}
