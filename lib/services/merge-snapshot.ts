import type { Snapshot } from "./snapshot";

/**
 * What a page shows once news has come. A look that the cloud did not answer tells nothing of the service: what the page was
 * made with stays, and is old.
 */
export function mergeSnapshot(known: Snapshot | undefined, news: Snapshot): Snapshot {
  if (!news.stale || news.service || news.isGone || !known?.service) return news;
  return { ...known, stale: news.stale };
}
