import type { Generation } from "./view";

/** The newest first, one of each: what the live stream tells lies over what the list said. */
export function mergeGenerations(known: readonly Generation[], news: readonly Generation[]): Generation[] {
  const all = new Map(known.map((item) => [item.id, item]));
  for (const item of news) all.set(item.id, item);
  return [...all.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}
