import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";

export interface RetryOptions {
  clock: Clock;
  signal?: AbortSignal;
  attempts?: number;
  baseMs?: number;
  maxMs?: number;
  random?: () => number;
}

/** Faults that may be gone a moment later. A timeout is not among them: the caller has waited long enough already. */
const TRANSIENT = new Set<string>(["network", "throttled", "upstream"]);

/** Repeats a read that failed for a passing reason, waiting longer each time, with jitter so that clients spread out. */
export async function withRetry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal, attempts = 3, baseMs = 200, maxMs = 3000, random = Math.random } = options;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= attempts || signal?.aborted || !isTransient(error)) throw error;
      const asked = Number(error.params.retryAfterMs ?? 0);
      const backOff = Math.min(maxMs, baseMs * 2 ** (tried - 1)) * (0.5 + random() / 2);
      // A vendor that asks for more patience than ours gets an error instead of a hanging page.
      if (asked > maxMs) throw error;
      await clock.sleep(Math.max(asked, backOff), signal);
    }
  }
}

function isTransient(error: unknown): error is AppError {
  return error instanceof AppError && error.retryable && TRANSIENT.has(error.code);
}
