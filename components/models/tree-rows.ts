/** A model folder as the flat list of rows that are open: what a tree of thousands needs to draw only those in view. */

import type { ModelFinding } from "@/lib/models/findings";
import { type Folder, folderOf } from "@/lib/models/folder";
import type { FindingLevel, LeftBehind, ModelPlan, PlannedFile } from "@/lib/models/types";

/** The worst finding about a file, and its place in the report's list. */
export interface Mark {
  level: FindingLevel;
  index: number;
}

interface Place {
  /** Unique in the tree. */
  id: string;
  /** From 1, as assistive technology counts. */
  level: number;
  /** Among its siblings, from 1. */
  position: number;
  siblings: number;
}

export type TreeRow = Place &
  (
    | { kind: "folder"; name: string; isOpen: boolean; files: number; bytes: number; worst?: FindingLevel; mark?: Mark }
    | { kind: "file"; name: string; path: string; sizeBytes: number; mark?: Mark }
    | { kind: "behind"; isOpen: boolean; files: number; bytes: number }
    | { kind: "left"; item: LeftBehind }
  );

export const BEHIND = "behind:";

export interface Tree {
  root: Folder<PlannedFile>;
  leftBehind: readonly LeftBehind[];
  worst: ReadonlyMap<string, FindingLevel>;
  marks: ReadonlyMap<string, Mark>;
}

export function treeOf({ files, leftBehind }: ModelPlan, findings: readonly ModelFinding[]): Tree {
  return {
    root: folderOf(files.map((file) => [file.target, file] as const)),
    leftBehind,
    worst: worstLevels(findings),
    marks: firstFindings(findings),
  };
}

/** The folders of the root are open until they are closed, all others the other way round. */
export function rowsOf(tree: Tree, toggled: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const extra = tree.leftBehind.length > 0 ? 1 : 0;
  addFolder(rows, tree, tree.root, "", 1, extra, toggled);
  if (extra > 0) addLeftBehind(rows, tree, toggled);
  return rows;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

function addFolder(
  rows: TreeRow[],
  tree: Tree,
  folder: Folder<PlannedFile>,
  path: string,
  level: number,
  extra: number,
  toggled: ReadonlySet<string>,
): void {
  const siblings = folder.folders.size + folder.files.size + extra;
  let position = 0;
  for (const [name, inner] of [...folder.folders].sort(byName)) {
    const id = `${path}${name}`;
    const isOpen = toggled.has(`${id}/`) !== (level === 1);
    const [worst, mark] = [tree.worst.get(id), tree.marks.get(id)];
    rows.push({
      kind: "folder",
      id: `${id}/`,
      name,
      isOpen,
      level,
      position: ++position,
      siblings,
      ...totals(inner),
      ...(worst ? { worst } : {}),
      ...(mark ? { mark } : {}),
    });
    if (isOpen) addFolder(rows, tree, inner, `${id}/`, level + 1, 0, toggled);
  }
  for (const [name, { source }] of [...folder.files].sort(byName)) {
    const id = `${path}${name}`;
    const mark = tree.marks.get(id);
    const { sizeBytes } = source;
    rows.push({
      kind: "file",
      id,
      name,
      path: id,
      sizeBytes,
      level,
      position: ++position,
      siblings,
      ...(mark ? { mark } : {}),
    });
  }
}

function addLeftBehind(rows: TreeRow[], { root, leftBehind }: Tree, toggled: ReadonlySet<string>): void {
  const siblings = root.folders.size + root.files.size + 1;
  const isOpen = toggled.has(BEHIND);
  const bytes = leftBehind.reduce((sum, { source }) => sum + source.sizeBytes, 0);
  rows.push({
    kind: "behind",
    id: BEHIND,
    isOpen,
    files: leftBehind.length,
    bytes,
    level: 1,
    position: siblings,
    siblings,
  });
  if (!isOpen) return;
  for (const [index, item] of leftBehind.entries()) {
    const place = { level: 2, position: index + 1, siblings: leftBehind.length };
    rows.push({ kind: "left", id: `${BEHIND}${index}`, item, ...place });
  }
}

function totals(folder: Folder<PlannedFile>): { files: number; bytes: number } {
  let files = folder.files.size;
  let bytes = 0;
  for (const { source } of folder.files.values()) bytes += source.sizeBytes;
  for (const inner of folder.folders.values()) {
    const below = totals(inner);
    files += below.files;
    bytes += below.bytes;
  }
  return { files, bytes };
}

/** Findings come errors first, so the first about a path is the worst. */
function firstFindings(findings: readonly ModelFinding[]): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const [index, { path, level }] of findings.entries()) {
    if (path !== undefined && !marks.has(path)) marks.set(path, { level, index });
  }
  return marks;
}

/** The worst finding of each path, also carried by the folders above it, so that a closed folder shows it. */
function worstLevels(findings: readonly ModelFinding[]): Map<string, FindingLevel> {
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

/** Where an arrow key leads from a row, or whether it opens or closes it. */
export function moveIn(
  rows: readonly TreeRow[],
  at: number,
  key: string,
): { to: number } | { toggle: string } | undefined {
  const row = rows[at];
  if (!row) return undefined;
  const last = rows.length - 1;
  const folds = row.kind === "folder" || row.kind === "behind";
  switch (key) {
    case "ArrowDown":
      return { to: Math.min(last, at + 1) };
    case "ArrowUp":
      return { to: Math.max(0, at - 1) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: last };
    case "ArrowRight":
      if (!folds) return undefined;
      return row.isOpen ? { to: Math.min(last, at + 1) } : { toggle: row.id };
    case "ArrowLeft": {
      if (folds && row.isOpen) return { toggle: row.id };
      const parent = rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
      return parent < 0 ? undefined : { to: parent };
    }
    default:
      return undefined;
  }
}
