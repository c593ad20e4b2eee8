"use client";

import { useSyncExternalStore } from "react";
import { formatDateTime, formatRelative } from "@/lib/format";
import { useLocale, useRenderedAt } from "@/lib/i18n/react";

const TICK_MS = 15_000;

/** One timer for all times on the page. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    now = 0;
  };
}

function currentNow(): number {
  now ||= Date.now();
  return now;
}

interface TimeProps {
  /** RFC 3339 or milliseconds. */
  at: string | number;
  /** The exact time in place of the relative one. */
  exact?: boolean;
  className?: string;
}

/** A time relative to now, exact on hover. The server's paint and the first one here agree; the time zone is the reader's. */
export function Time({ at, exact, className }: TimeProps) {
  const locale = useLocale();
  const renderedAt = useRenderedAt();
  const current = useSyncExternalStore(subscribe, currentNow, () => renderedAt);
  const inBrowser = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  const ms = typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(ms)) return null;
  const exactWords = formatDateTime(ms, locale, inBrowser ? undefined : "UTC");
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={inBrowser ? exactWords : undefined}
      className={className}
      suppressHydrationWarning
    >
      {exact ? exactWords : formatRelative(ms, current, locale)}
    </time>
  );
}
