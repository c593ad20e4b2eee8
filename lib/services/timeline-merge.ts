import type { TimelineEntry } from "./timeline-view";

export const TIMELINE_KINDS = ["event", "log", "action", "stage"] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** What is known and what came in, each once, newest first. */
export function mergeTimeline(known: readonly TimelineEntry[], more: readonly TimelineEntry[]): TimelineEntry[] {
  const byId = new Map([...known, ...more].map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.at.localeCompare(a.at) || Number(BigInt(b.id) - BigInt(a.id)));
}
