import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";

/**
 * Keeps from asking a side that has failed again and again: while the circuit is open, calls fail at once with what was said
 * last, so that nobody waits for a time-out each time, and a side that is in trouble is not asked more. After a pause one
 * call is let through; its success closes the circuit, its failure makes the next pause longer.
 */
export interface Circuit {
  run<T>(call: () => Promise<T>): Promise<T>;
}

interface Options {
  clock: Clock;
  /** So many calls in a row, with no other answer between them. */
  failures?: number;
  pauseMs?: number;
  pauseMaxMs?: number;
  /** Told when it opens and when it closes. */
  onChange?(isOpen: boolean): void;
}

const FAILURES = 5;
const PAUSE_MS = 2_000;
const PAUSE_MAX_MS = 30_000;

/** No answer, or one that says that there is none to be had now. A refusal is an answer. */
const FAULTS = new Set(["network", "timeout", "throttled", "upstream"]);

export function createCircuit(options: Options): Circuit {
  const { clock, failures = FAILURES, pauseMs = PAUSE_MS, pauseMaxMs = PAUSE_MAX_MS, onChange } = options;
  let inARow = 0;
  let open: { until: number; pauseMs: number; error: AppError; since: number } | undefined;
  let isProbing = false;

  function succeeded(): void {
    inARow = 0;
    if (open) onChange?.(false);
    open = undefined;
  }

  function failed(error: AppError): void {
    inARow += 1;
    if (!open && inARow < failures) return;
    const now = clock.now();
    // Calls that were on their way when it opened say nothing new.
    if (open && now < open.until) return;
    const pause = open ? Math.min(pauseMaxMs, open.pauseMs * 2) : pauseMs;
    if (!open) onChange?.(true);
    open = { until: now + pause, pauseMs: pause, error, since: open?.since ?? now };
  }

  return {
    async run(call) {
      const probes = open !== undefined;
      if (open && (isProbing || clock.now() < open.until)) throw refusal(open);
      isProbing = isProbing || probes;
      try {
        const value = await call();
        succeeded();
        return value;
      } catch (error) {
        if (isFault(error)) failed(error);
        else if (error instanceof AppError && error.code !== "cancelled" && error.code !== "internal") succeeded();
        throw error;
      } finally {
        if (probes) isProbing = false;
      }
    },
  };
}

function isFault(error: unknown): error is AppError {
  return error instanceof AppError && error.retryable && FAULTS.has(error.code);
}

function refusal({ error, since }: { error: AppError; since: number }): AppError {
  const { code, params, vendor } = error;
  return new AppError(code, { params: { ...params, silentSince: since }, vendor, retryable: true, cause: error });
}
