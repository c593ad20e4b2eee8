/**
 * How many requests may be under way at once. Begins modestly, takes one more for as long as that serves the line, and halves
 * when the other side asks for patience or the line breaks. Pure: told the time and what has moved; `begin` comes first.
 */

/** What a browser opens to one host over HTTP/1.1; more would only queue. */
export const CONNECTIONS_MAX = 6;
const START = 4;
/** Long enough for a rate to mean something, short enough to reach the most within a second where that pays. */
const WINDOW_MS = 250;
/**
 * One more request is taken back when the rate falls by more than this. A line varies by more than a sixth connection
 * brings, and one too few costs more than one too many, as long as there is no trouble.
 */
const FALL = 0.9;
/** After trouble it has to bring something. */
const GAIN = 1.05;
/** Until the next one is tried again; twice as long each time it was in vain. */
const HOLD_MS = 1_000;
const HOLD_MAX_MS = 30_000;
/** After trouble. */
const RECOVER_MS = 10_000;
/** Requests under way together fail together: that is one piece of bad news, not six. */
const CALM_MS = 2_000;

interface Window {
  at: number;
  bytes: number;
  answers: number;
}

export class Concurrency {
  private current: number;
  private window: Window = { at: 0, bytes: 0, answers: 0 };
  /** The rate before the last step up, while that step is on trial. */
  private before: number | undefined;
  private holdMs = HOLD_MS;
  private holdUntil = Number.NEGATIVE_INFINITY;
  private shrunkAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly most = CONNECTIONS_MAX) {
    this.current = Math.min(START, most);
  }

  get limit(): number {
    return this.current;
  }

  /** What moved before has nothing to do with what comes now: a start, the end of a pause. */
  begin(now: number, movedBytes: number): void {
    this.window = { at: now, bytes: movedBytes, answers: 0 };
    this.before = undefined;
  }

  /** A body was taken; `movedBytes` of all have left so far. */
  answered(now: number, movedBytes: number): void {
    const { window } = this;
    window.answers++;
    // Every one that is under way has its part in the rate.
    if (now - window.at < WINDOW_MS || window.answers < this.current) return;
    const rate = (movedBytes - window.bytes) / (now - window.at);
    const { before } = this;
    const needed = this.shrunkAt === Number.NEGATIVE_INFINITY ? FALL : GAIN;
    this.begin(now, movedBytes);
    if (before !== undefined && rate < before * needed) {
      this.current--;
      this.holdUntil = now + this.holdMs;
      this.holdMs = Math.min(HOLD_MAX_MS, this.holdMs * 2);
      return;
    }
    if (before !== undefined) this.holdMs = HOLD_MS;
    if (this.current < this.most && now >= this.holdUntil) {
      this.current++;
      this.before = rate;
    }
  }

  /** Told to slow down, timed out, or cut off. */
  troubled(now: number, movedBytes: number): void {
    if (now - this.shrunkAt >= CALM_MS) {
      this.shrunkAt = now;
      this.current = Math.max(1, this.current >> 1);
    }
    this.holdUntil = now + RECOVER_MS;
    this.begin(now, movedBytes);
  }
}
