/** Time as an argument, so that tests move it instead of waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

export interface ManualClock extends Clock {
  /** Moves time forward, waking sleepers in order of their due time and letting their continuations run. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(start = Date.UTC(2026, 0, 2, 3, 4, 5)): ManualClock {
  let now = start;
  let sequence = 0;
  const sleepers = new Map<number, { due: number; wake: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const id = sequence++;
        const onAbort = () => {
          sleepers.delete(id);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.set(id, {
          due: now + ms,
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        });
      }),
    async advance(ms) {
      const target = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers.entries()]
          .filter(([, sleeper]) => sleeper.due <= target)
          .sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
        if (!next) break;
        sleepers.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].wake();
        await settle();
      }
      now = target;
      await settle();
    },
  };
}
