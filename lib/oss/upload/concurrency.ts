/**
 * How many requests may be under way at once. Begins modestly, takes one more for as long as that makes the line faster, and
 * halves when the other side asks for patience or the line breaks. Pure: told the time and what has moved; `begin` comes first.
 */

/** What a browser opens to one host over HTTP/1.1; more would only queue. */
export const CONNECTIONS_MAX = 6;
const START = 3;
/** Long enough for a rate to mean something, short enough to reach the most within a second where that pays. */
const WINDOW_MS = 250;
/** One more request has to bring at least this, or it only makes every part slower. */
const GAIN = 1.03;
/** A line changes: after this the next one is tried again. */
const HOLD_MS = 10_000;
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
    const isInVain = this.before !== undefined && rate < this.before * GAIN;
    this.begin(now, movedBytes);
    if (isInVain) {
      this.current--;
      this.holdUntil = now + HOLD_MS;
    } else if (this.current < this.most && now >= this.holdUntil) {
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
    this.holdUntil = now + HOLD_MS;
    this.begin(now, movedBytes);
  }
}
