import type { ServiceList } from "./view";

/** The list that a page has, with what changed since it was read. Pure. */
export function mergeList(known: ServiceList | undefined, news: ServiceList): ServiceList {
  if (!known || news.since === undefined) return news;
  if (news.items.length === 0 && news.removed.length === 0) return { ...news, items: known.items };
  const gone = new Set(news.removed);
  const changed = new Map(news.items.map((item) => [item.name, item]));
  const kept = known.items.flatMap((item) => {
    if (gone.has(item.name)) return [];
    const next = changed.get(item.name) ?? item;
    changed.delete(item.name);
    return [next];
  });
  return { ...news, items: [...changed.values(), ...kept] };
}
