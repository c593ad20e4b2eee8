import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";

/** So many calls at once and so many a minute for each caller, counted in this process. */
export interface RateLimit {
  /** Throws `rate_limited` with `params.seconds` when there have been too many. */
  take(caller: string): void;
}

interface Options {
  clock: Clock;
  perMinute: number;
  /** How many may come at once after a rest. */
  burst: number;
}

const MINUTE_MS = 60_000;

/** A bucket for each caller that fills evenly: no edge of a minute at which twice as many pass. */
export function createRateLimit({ clock, perMinute, burst }: Options): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const perMs = perMinute / MINUTE_MS;
  let sweptAt = clock.now();

  const refilled = (left: number, sinceMs: number) => Math.min(burst, left + sinceMs * perMs);

  /** Full ones say nothing. */
  function sweep(now: number): void {
    if (now - sweptAt < MINUTE_MS) return;
    sweptAt = now;
    for (const [caller, { left, at }] of buckets) if (refilled(left, now - at) >= burst) buckets.delete(caller);
  }

  return {
    take(caller) {
      const now = clock.now();
      sweep(now);
      const known = buckets.get(caller);
      const left = known ? refilled(known.left, now - known.at) : burst;
      if (left < 1) throw new AppError("rate_limited", { params: { seconds: Math.ceil((1 - left) / perMs / 1000) } });
      buckets.set(caller, { left: left - 1, at: now });
    },
  };
}
