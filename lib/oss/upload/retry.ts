/** What to do after a failure: again later, again with a new signature, or give the file up. */
import type { Clock } from "@/lib/clock";
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";
import { isExpiredSignature } from "../errors";
import type { FileWork } from "./file-work";

/** With the delays below about two minutes, for a request that fails while others get through. An outage does not count. */
const TRIES_MAX = 9;
/** A body that arrives damaged twice and a third time is not bad luck. */
const CORRUPTED_TRIES_MAX = 3;
const SIGNATURES_MAX = 3;
const DELAY_FIRST_MS = 500;
const DELAY_MAX_MS = 30_000;

export type Decision = { do: "wait"; delayMs: number } | { do: "sign_again" } | { do: "give_up" };

/** `tries` and `signatures` count the failures of each kind so far, this one included. `random` is in [0, 1). */
export function decide(error: AppError, tries: number, signatures: number, random: number): Decision {
  if (signatures > 0 && isExpiredSignature(error)) {
    return signatures <= SIGNATURES_MAX ? { do: "sign_again" } : { do: "give_up" };
  }
  const limit = error.params.reason === "corrupted" ? CORRUPTED_TRIES_MAX : TRIES_MAX;
  if (!error.retryable || tries >= limit) return { do: "give_up" };
  const full = Math.min(DELAY_MAX_MS, DELAY_FIRST_MS * 2 ** (tries - 1));
  return { do: "wait", delayMs: Math.round(full * (0.5 + random / 2)) };
}

export function corrupted(path: string): AppError {
  return new AppError("upstream", { retryable: true, params: { reason: "corrupted", path } });
}

/** What reading a File throws once it was changed, moved or locked on disk. */
export function fromLocal(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const isReading = error instanceof Error && (error.name === "NotReadableError" || error.name === "NotFoundError");
  return isReading
    ? new AppError("conflict", { params: { reason: "changed", path }, cause: error })
    : new AppError("internal", { cause: error });
}

interface Patience {
  clock: Clock;
  random: () => number;
  /** The file that it concerns; empty when it is none. */
  path: string;
  /** Whatever was signed is of no use any more; without it an expired signature is an error like others. */
  onExpired?: () => void;
  /** Nothing else gets through either. */
  isCut(): Promise<boolean>;
  /** Resolves when the network is back, as far as that is told. */
  backOnline?: (signal: AbortSignal) => Promise<void>;
}

interface Waiting {
  wait(error: ErrorView, tries: number, delayMs: number): void;
  waited(): void;
}

/** The same for whoever knows neither clock nor listeners: what it is about, as far as that is one file or part. */
export type Patiently = <T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  about?: { work?: FileWork; part?: number; onExpired?: () => void },
) => Promise<T>;

/** No answer came, not even a refusal. */
export function isUnanswered({ code }: Pick<ErrorView, "code">): boolean {
  return code === "network" || code === "timeout";
}

/** Repeats what may be repeated, with growing pauses: for a while, or for as long as nothing at all gets through. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { clock, random, path, onExpired, isCut, backOnline }: Patience,
  signal: AbortSignal,
  { wait, waited }: Waiting,
): Promise<T> {
  let tries = 0;
  let signatures = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = fromLocal(thrown, path);
      if (onExpired && isExpiredSignature(error)) signatures++;
      else tries++;
      let decision = decide(error, tries, signatures, random());
      if (decision.do === "give_up" && error.retryable && isUnanswered(error) && (await isCut())) {
        tries = 1;
        decision = decide(error, tries, signatures, random());
      }
      signal.throwIfAborted();
      if (decision.do === "give_up") throw error;
      if (decision.do === "sign_again") {
        onExpired?.();
        continue;
      }
      wait(toErrorView(error), tries, decision.delayMs);
      try {
        await pause(clock, decision.delayMs, signal, backOnline);
      } finally {
        waited();
      }
    }
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal, backOnline: Patience["backOnline"]): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([clock.sleep(ms, either), ...(backOnline ? [backOnline(either)] : [])]);
  } finally {
    over.abort();
  }
}
