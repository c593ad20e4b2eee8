import { deliveryOrder, hasTags, type QueueItem } from "./item";

/** What a get asks for. */
export interface Selection {
  /** `head`: in order of delivery; `newest`: the last one that came; a number: that item and, if more are asked for, those after it. */
  start: "head" | "newest" | bigint;
  length: number;
  tags: Readonly<Record<string, string>>;
}

type Items = ReadonlyMap<bigint, QueueItem>;

/** `items` is in order of index. */
export function select(items: Items, { start, length, tags }: Selection): QueueItem[] {
  if (start === "newest") {
    const newest = [...items.values()].findLast((item) => hasTags(item, tags));
    return newest ? [newest] : [];
  }
  if (start === "head") return fromHead(items, length, tags);
  if (length === 1) {
    const item = items.get(start);
    return item && hasTags(item, tags) ? [item] : [];
  }
  return first(items.values(), length, (item) => item.index >= start && hasTags(item, tags));
}

/** Whether an item that has just come could be part of the answer. */
export function concerns({ start, length, tags }: Selection, item: QueueItem): boolean {
  if (!hasTags(item, tags)) return false;
  if (typeof start !== "bigint") return true;
  return length === 1 ? item.index === start : item.index >= start;
}

function fromHead(items: Items, length: number, tags: Selection["tags"]): QueueItem[] {
  const urgent: QueueItem[] = [];
  const normal: QueueItem[] = [];
  for (const item of items.values()) {
    if (item.priority === 0 && normal.length >= length) continue;
    if (hasTags(item, tags)) (item.priority > 0 ? urgent : normal).push(item);
  }
  return [...urgent.sort(deliveryOrder), ...normal].slice(0, length);
}

function first(items: Iterable<QueueItem>, length: number, fits: (item: QueueItem) => boolean): QueueItem[] {
  const found: QueueItem[] = [];
  for (const item of items) {
    if (found.length >= length) break;
    if (fits(item)) found.push(item);
  }
  return found;
}
