import type { Clock } from "@/lib/clock";
import type { Exchange } from "@/lib/store/exchange";

export interface Runner {
  /** Something new is waiting: look at once. */
  poke(): void;
  /** Ends the work of this process; the jobs stay as they are, and other processes hear that they are free. */
  stop(): Promise<void>;
}

/** Why a job's signal ends when the process is asked to end: what can be finished in a moment should be. */
export const PROCESS_ENDS = new Error("the process ends");
/** Said by a process that gives its jobs back. */
const FREE_TOPIC = "jobs-free";

export interface RunnerOptions {
  /** Names the lock of each job: `<kind>:<id>`. */
  kind: string;
  exchange: Pick<Exchange, "take" | "subscribe" | "publish">;
  clock: Clock;
  /** Ids of what somebody should work on now, the most urgent first. */
  due(): Promise<string[]>;
  /** Works on one; what is left to do afterwards is due again. */
  run(id: string, signal: AbortSignal): Promise<void>;
  onError(error: unknown): void;
  atOnce: number;
  /** A look costs one short query. */
  everyMs?: number;
}

const EVERY_MS = 2_000;

/**
 * Takes up durable jobs wherever they stopped. Several processes may do so side by side: each job is worked on by whoever
 * holds its lock, which is given back when that process is gone.
 */
export function startRunner(options: RunnerOptions): Runner {
  const { kind, exchange, clock, due, run, onError, atOnce, everyMs = EVERY_MS } = options;
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let isWoken = false;
  let waking = new AbortController();
  const wake = () => {
    isWoken = true;
    waking.abort(new Error("awake"));
  };

  /** Whether it was ours to work on. */
  async function tryRun(id: string): Promise<boolean> {
    try {
      const lease = await exchange.take(`${kind}:${id}`);
      if (!lease) return false;
      try {
        await run(id, AbortSignal.any([stopping.signal, lease.signal]));
      } finally {
        await lease.release();
      }
      return true;
    } catch (error) {
      if (!stopping.signal.aborted) onError(error);
      return false;
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const id of await due()) {
          if (running.size >= atOnce) break;
          if (running.has(id)) continue;
          running.set(
            id,
            tryRun(id).then((mine) => {
              running.delete(id);
              // What another process works on would only be found due again.
              if (mine) wake();
            }),
          );
        }
      } catch (error) {
        if (!stopping.signal.aborted) onError(error);
      }
      await nap();
    }
  }

  /** Until something may have changed; what did so while the loop looked counts too. */
  async function nap(): Promise<void> {
    if (!isWoken) {
      waking = new AbortController();
      await clock.sleep(everyMs, AbortSignal.any([waking.signal, stopping.signal])).catch(() => undefined);
    }
    isWoken = false;
  }

  const unsubscribe = exchange.subscribe(FREE_TOPIC, (freed) => {
    if (freed === kind) wake();
  });
  const looping = loop();
  return {
    poke: wake,
    async stop() {
      const hadWork = running.size > 0;
      unsubscribe();
      stopping.abort(PROCESS_ENDS);
      await looping;
      await Promise.all(running.values());
      // Whoever does not hear it finds out at the next look.
      if (hadWork) await exchange.publish(FREE_TOPIC, kind).catch(() => undefined);
    },
  };
}
