import type { Transport } from "@/lib/eas/transport";

/** What the operations of one connection share. */
export interface Api {
  call: Transport["call"];
  /** ClusterId in paths is the region (eas-openapi.md §1). */
  region: string;
  /** Below one service. */
  servicePath(name: string, ...rest: string[]): string[];
}

export function toApi(region: string, { call }: Transport): Api {
  return { call, region, servicePath: (name, ...rest) => ["services", region, name, ...rest] };
}

/** `2026-11-22 10:11:12`, UTC: what the event and log queries take; ISO 8601 is refused (eas-openapi.md §1). */
export function toQueryTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** A map in a query is JSON text; an empty one is as good as none. */
export function toQueryMap(map: Record<string, string> | undefined): string | undefined {
  return map && Object.keys(map).length > 0 ? JSON.stringify(map) : undefined;
}

const PAGE_SIZE = 100;
/** Of one list at a time: EAS does not say how many calls it bears. */
const PAGES_AT_ONCE = 4;

interface Paging {
  pageNumber: number;
  pageSize: number;
}

/** All pages, or as many as `limit` takes: a bound so that one reply cannot make us page for ever. */
export async function readAllPages<T>(
  readPage: (paging: Paging) => Promise<{ items: T[]; totalCount: number }>,
  limit: number,
): Promise<{ items: T[]; totalCount: number }> {
  const first = await readPage({ pageNumber: 1, pageSize: PAGE_SIZE });
  const { totalCount } = first;
  const pages = [first.items];
  const last = first.items.length < PAGE_SIZE ? 1 : Math.ceil(Math.min(totalCount, limit) / PAGE_SIZE);
  for (let next = 2; next <= last; next += PAGES_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(PAGES_AT_ONCE, last - next + 1) }, (_, offset) => next + offset);
    const more = await Promise.all(numbers.map((pageNumber) => readPage({ pageNumber, pageSize: PAGE_SIZE })));
    pages.push(...more.map(({ items }) => items));
  }
  return { items: pages.flat().slice(0, limit), totalCount };
}
