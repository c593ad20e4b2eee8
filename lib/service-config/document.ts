import { findNodeAtLocation, format, getNodePath, modify, type Node, type ParseError, parseTree } from "jsonc-parser";
import { isObject, type JsonObject, locate, type Path, valueAt } from "./json-path";

/**
 * The service's configuration is one text. Form, rules and editor read it and change it in place, so that keys we do not
 * know, their order, the blanks between them and the spelling of numbers survive.
 */

export interface ConfigDocument {
  text: string;
  value: JsonObject;
  tree: Node;
}

export interface DocumentProblem {
  code: "empty" | "syntax" | "duplicate" | "not_object";
  /** From 1. */
  line: number;
  column: number;
  offset: number;
  /** The key given twice. */
  key?: string;
}

export type ReadResult = { ok: true; document: ConfigDocument } | { ok: false; problem: DocumentProblem };

/** One change: `value` undefined takes the key away. */
export interface Patch {
  path: Path;
  value: unknown;
}

export function readDocument(text: string): ReadResult {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (text.trim() === "") return { ok: false, problem: { code: "empty", ...positionAt(text, 0) } };
  if (error || !tree) return { ok: false, problem: { code: "syntax", ...positionAt(text, error?.offset ?? 0) } };
  if (tree.type !== "object") return { ok: false, problem: { code: "not_object", ...positionAt(text, tree.offset) } };
  const twice = findDuplicate(tree);
  if (twice) {
    const key = String(twice.value);
    return { ok: false, problem: { code: "duplicate", key, ...positionAt(text, twice.offset) } };
  }
  const value = parseStrictly(text);
  if (!isObject(value)) return { ok: false, problem: { code: "syntax", ...positionAt(text, 0) } };
  return { ok: true, document: { text, value, tree } };
}

/** What the tolerant parser let pass and EAS would not (a raw line break within a text, for one). */
function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON takes the last of two equal keys, editing would change the first: neither is what a person means. */
function findDuplicate(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const [key, value] = node.type === "object" ? (child.children ?? []) : [undefined, child];
    if (key && seen.has(key.value)) return key;
    if (key) seen.add(key.value);
    const inner = value && findDuplicate(value);
    if (inner) return inner;
  }
  return undefined;
}

export function positionAt(text: string, offset: number): { line: number; column: number; offset: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1, offset };
}

/** Blocks whose keys are settings; those of `features` and `labels` are names, and may hold dots of their own. */
const SETTINGS = new Set(["metadata", "cloud", "queue", "networking", "runtime", "options"]);

/** The nested form of a configuration, for comparing what was written in either spelling. */
export function nestDotted(config: unknown): unknown {
  if (!isObject(config)) return config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      SETTINGS.has(key) && isObject(value) ? nestBlock(value) : value,
    ]),
  );
}

function nestBlock(block: JsonObject): JsonObject {
  const nested: JsonObject = {};
  for (const [name, value] of Object.entries(block)) {
    const [first = name, ...rest] = name.split(".");
    const inner = rest.length > 0 ? { [rest.join(".")]: value } : value;
    const former = nested[first];
    nested[first] = isObject(inner) ? nestBlock({ ...(isObject(former) ? former : {}), ...inner }) : inner;
  }
  return nested;
}

/** Text and offsets of what stands at `path`, or of the nearest thing above it that is there. */
export function rangeAt({ value, tree }: ConfigDocument, path: Path): { from: number; to: number } {
  for (let length = path.length; length > 0; length--) {
    const at = locate(value, path.slice(0, length));
    const node = at && findNodeAtLocation(tree, [...at]);
    if (!node) continue;
    const shown = node.parent?.type === "property" ? node.parent : node;
    // A whole block would be underlined from its first line to its last: its key says enough.
    const short = length < path.length || node.type === "object" || node.type === "array";
    const key = shown.children?.[0];
    return short && key ? toRange(key) : toRange(shown);
  }
  return { from: tree.offset, to: tree.offset + 1 };
}

const toRange = ({ offset, length }: Node) => ({ from: offset, to: offset + length });

/** The document with the changes, one after the other; what they do not name stays as it was, to the letter. */
export function applyPatches(text: string, patches: readonly Patch[]): string {
  return patches.reduce(applyPatch, text);
}

function applyPatch(text: string, patch: Patch): string {
  const read = readDocument(text);
  if (!read.ok) return text;
  const { value } = read.document;
  if (patch.value === undefined) return removeAt(text, value, patch.path);
  const { path, value: wanted } = placeFor(value, patch.path, patch.value);
  return edit(text, path, wanted);
}

/** The deepest part of the path that is there and can take the rest; what stands in the way is replaced. */
function placeFor(root: JsonObject, path: Path, wanted: unknown): Patch {
  for (let length = path.length; length >= 0; length--) {
    const at = locate(root, path.slice(0, length));
    if (!at) continue;
    if (length === path.length) return { path: at, value: wanted };
    const rest = path.slice(length);
    const there = valueAt(root, path.slice(0, length));
    const fits = typeof rest[0] === "number" ? Array.isArray(there) : isObject(there);
    return fits
      ? { path: [...at, ...rest.slice(0, 1)], value: nest(rest.slice(1), wanted) }
      : { path: at, value: nest(rest, wanted) };
  }
  return { path, value: wanted };
}

function nest(path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  return typeof first === "number" ? [nest(rest, value)] : { [first]: nest(rest, value) };
}

/** Parents that only held what is taken away go with it; elements of lists stay. */
function removeAt(text: string, root: JsonObject, path: Path): string {
  let at = locate(root, path);
  if (!at) return text;
  while (at.length > 1) {
    const parentPath: Path = at.slice(0, -1);
    const parent = valueAt(root, parentPath);
    const alone = isObject(parent) ? Object.keys(parent).length === 1 : Array.isArray(parent) && parent.length === 1;
    if (!alone || typeof parentPath.at(-1) === "number") break;
    at = parentPath;
  }
  return edit(text, at, undefined);
}

function edit(text: string, path: Path, value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: indentOf(text), eol: "\n" };
  const edits = modify(text, [...path], value, { formattingOptions });
  return replaceRanges(
    text,
    edits.map(({ offset, length, content }) => ({ from: offset, to: offset + length, text: content })),
  );
}

const indentOf = (text: string) => /\n( +)\S/.exec(text)?.[1]?.length ?? 2;

/** Blanks and line breaks only; keys, order and numbers stay as they are written. */
export function formatDocument(text: string): string {
  const edits = format(text, undefined, { insertSpaces: true, tabSize: 2, eol: "\n" });
  return replaceRanges(
    text,
    edits.map(({ offset, length, content }) => ({ from: offset, to: offset + length, text: content })),
  );
}

interface Leaf {
  path: Path;
  /** Of a number, as it is written. */
  value: string;
  from: number;
  to: number;
}

/** Every text and number of the document with its place, for what looks at all of them. */
export function leavesOf({ text, tree }: ConfigDocument): Leaf[] {
  const found: Leaf[] = [];
  const visit = (node: Node) => {
    const isKey = node.parent?.type === "property" && node.parent.children?.[0] === node;
    const { from, to } = toRange(node);
    if (node.type === "string" && !isKey) found.push({ path: getNodePath(node), value: String(node.value), from, to });
    if (node.type === "number") found.push({ path: getNodePath(node), value: text.slice(from, to), from, to });
    for (const child of node.children ?? []) visit(child);
  };
  visit(tree);
  return found;
}

export function replaceRanges(text: string, changes: readonly { from: number; to: number; text: string }[]): string {
  return changes
    .toSorted((a, b) => b.from - a.from)
    .reduce((current, change) => current.slice(0, change.from) + change.text + current.slice(change.to), text);
}
