import type { Clock } from "@/lib/clock";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { parseDuration } from "./duration";

/** Lets the next batch of an update begin once the last one is ready and its interval is over. */
export interface Pacer {
  /** `batchDone`: the replicas allowed so far are ready, and more are to follow. */
  pace(service: ServiceRecord, batchDone: boolean): void;
  close(): void;
}

export function createPacer(
  { clock, speed }: { clock: Clock; speed: number },
  onBatch: (service: ServiceRecord) => void,
): Pacer {
  const timers = new Map<string, AbortController>();
  const cancel = (name: string) => {
    timers.get(name)?.abort(new Error("no batch is waited for"));
    timers.delete(name);
  };
  return {
    pace(service, batchDone) {
      const { rollout } = service;
      if (!rollout || !batchDone || rollout.paused || !("batch" in rollout.strategy)) {
        cancel(service.name);
        if (rollout) rollout.nextBatchAt = undefined;
        return;
      }
      const interval = (parseDuration(rollout.strategy.batch.interval) ?? 0) * speed;
      rollout.nextBatchAt ??= clock.now() + interval;
      if (timers.has(service.name)) return;
      const timer = new AbortController();
      timers.set(service.name, timer);
      clock.sleep(Math.max(0, rollout.nextBatchAt - clock.now()), timer.signal).then(
        () => {
          timers.delete(service.name);
          if (service.rollout !== rollout) return;
          rollout.batches += 1;
          rollout.nextBatchAt = undefined;
          onBatch(service);
        },
        () => undefined,
      );
    },
    close() {
      for (const name of [...timers.keys()]) cancel(name);
    },
  };
}
