import { findNodeAtLocation, type Node } from "jsonc-parser";
import { type ConfigDocument, readDocument } from "./document";
import { isObject, type Path } from "./json-path";

/** What an update changes, and how it is sent (eas-openapi.md: UpdateService). */

export interface ConfigChange {
  path: Path;
  kind: "added" | "removed" | "changed";
  before?: unknown;
  after?: unknown;
}

export interface UpdatePlan {
  changes: ConfigChange[];
  /** Only the number of instances: plain scaling, nothing restarts. All else is a rolling update that makes a version. */
  effect: "none" | "scale" | "rolling";
  updateType: "merge" | "replace";
  /** A merge cannot take keys away, and what it does to lists no source says. */
  because: "removes" | "lists" | "adds";
  /** The request's body. */
  body: string;
}

export function planUpdate(before: ConfigDocument, after: ConfigDocument): UpdatePlan {
  const changes = diffConfigs(before.value, after.value);
  const paths = changes.map(({ path }) => path.join("."));
  const effect =
    changes.length === 0 ? "none" : paths.every((path) => path === "metadata.instance") ? "scale" : "rolling";
  const because = changes.some(({ kind }) => kind === "removed")
    ? "removes"
    : changes.some(
          ({ path, before: old, after: now }) => Array.isArray(old) || Array.isArray(now) || path.some(isIndex),
        )
      ? "lists"
      : "adds";
  const updateType = because === "adds" ? "merge" : "replace";
  const body = updateType === "merge" ? onlyChanged(after, changes) : after.text;
  return { changes, effect, updateType, because, body };
}

const isIndex = (part: string | number) => typeof part === "number";

/** Null where one of the texts is no configuration. */
export function planTexts(before: string, after: string): UpdatePlan | null {
  const [old, now] = [readDocument(before), readDocument(after)];
  return old.ok && now.ok ? planUpdate(old.document, now.document) : null;
}

export function diffConfigs(before: unknown, after: unknown, path: Path = []): ConfigChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => {
      if (!Object.hasOwn(after, key)) return [{ path: [...path, key], kind: "removed" as const, before: before[key] }];
      if (!Object.hasOwn(before, key)) return [{ path: [...path, key], kind: "added" as const, after: after[key] }];
      return diffConfigs(before[key], after[key], [...path, key]);
    });
  }
  if (
    Array.isArray(before) &&
    Array.isArray(after) &&
    before.length === after.length &&
    [...before, ...after].every(isObject)
  )
    return before.flatMap((item, index) => diffConfigs(item, after[index], [...path, index]));
  return isEqual(before, after) ? [] : [{ path, kind: "changed", before, after }];
}

/** The order of keys says nothing. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
    );
  }
  return a === b;
}

/** What changed and the way to it, copied as it is written: numbers keep their spelling. */
function onlyChanged(document: ConfigDocument, changes: readonly ConfigChange[]): string {
  const write = (node: Node, path: Path): string => {
    const here = changes.filter((change) => path.every((part, index) => change.path[index] === part));
    const isLeaf = node.type !== "object" || here.some((change) => change.path.length === path.length);
    if (isLeaf) return document.text.slice(node.offset, node.offset + node.length);
    const kept = (node.children ?? []).flatMap(({ children = [] }) => {
      const [key, value] = children;
      const inner: Path = [...path, String(key?.value)];
      const isOnTheWay = here.some((change) => change.path[path.length] === key?.value);
      return key && value && isOnTheWay ? [`${JSON.stringify(key.value)}: ${write(value, inner)}`] : [];
    });
    return `{${kept.join(", ")}}`;
  };
  const root = findNodeAtLocation(document.tree, []);
  return root ? write(root, []) : document.text;
}
