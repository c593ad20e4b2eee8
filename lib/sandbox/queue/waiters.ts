import { setMaxListeners } from "node:events";
import type { Clock } from "@/lib/clock";
import type { QueueItem } from "./item";
import { concerns, type Selection } from "./selection";

/** The longest that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Waiter {
  selection: Selection;
  resolve(): void;
}

/** Calls of `get` that wait for items. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();
  readonly #clock: Clock;
  readonly #closing: AbortSignal;

  constructor(clock: Clock, closing: AbortSignal) {
    this.#clock = clock;
    this.#closing = closing;
    // One for each call that waits and each group that has left.
    setMaxListeners(0, closing);
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * `take(least)` takes what there is, unless it is less. The answer is taken at the moment it is there, so two that wait
   * never get the same item; when the time is over it is what there is, and for a caller that has gone nothing.
   */
  async wait(
    selection: Selection,
    options: { wanted: number; timeoutMs: number; signal?: AbortSignal },
    take: (least: number) => QueueItem[] | undefined,
  ): Promise<QueueItem[]> {
    const { wanted, timeoutMs, signal } = options;
    let setEnough: (items: QueueItem[]) => void = () => undefined;
    const enough = new Promise<QueueItem[]>((resolve) => {
      setEnough = resolve;
    });
    const waiter: Waiter = {
      selection,
      resolve: () => {
        const found = take(wanted);
        if (!found) return;
        this.#waiters.delete(waiter);
        setEnough(found);
      },
    };
    this.#waiters.add(waiter);
    const timer = new AbortController();
    const stop = AbortSignal.any([timer.signal, this.#closing, ...(signal ? [signal] : [])]);
    const over = this.#clock.sleep(Math.min(timeoutMs, MAX_TIMER_MS), stop).then(
      () => (this.#waiters.has(waiter) ? (take(0) ?? []) : []),
      () => [],
    );
    try {
      return await Promise.race([enough, over]);
    } finally {
      this.#waiters.delete(waiter);
      timer.abort(new Error("answered"));
    }
  }

  cameIn(item: QueueItem): void {
    for (const waiter of [...this.#waiters]) if (concerns(waiter.selection, item)) waiter.resolve();
  }
}
