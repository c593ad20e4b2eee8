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

/** Asks page by page until all is there, or `limit`: a bound so that one reply cannot make us page for ever. */
export async function readAllPages<T>(
  readPage: (paging: { pageNumber: number; pageSize: number }) => Promise<{ items: T[]; totalCount: number }>,
  limit: number,
): Promise<{ items: T[]; totalCount: number }> {
  const items: T[] = [];
  for (let pageNumber = 1; ; pageNumber++) {
    const page = await readPage({ pageNumber, pageSize: PAGE_SIZE });
    items.push(...page.items);
    const done = page.items.length < PAGE_SIZE || items.length >= page.totalCount;
    if (done || items.length >= limit) return { items: items.slice(0, limit), totalCount: page.totalCount };
  }
}
