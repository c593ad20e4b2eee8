/* What autoscaling measures: calls at the gateway, and the time that instances spend on requests. */

/** The longest window that is asked for. */
const MEMORY_MS = 60_000;
const BUCKET_MS = 250;
/** Beyond so many stretches of work the oldest are forgotten. */
const MAX_STRETCHES = 2000;

export interface RequestMeter {
  /** A call was let in, whether or not an instance was there to take it. */
  count(service: string): void;
  /** Calls a second, over the window that ends now. */
  rate(service: string, windowMs: number): number;
  lastAt(service: string): number | undefined;
}

export function createRequestMeter(now: () => number): RequestMeter {
  const services = new Map<string, { buckets: Map<number, number>; lastAt: number }>();
  return {
    count(service) {
      const at = now();
      const record = services.get(service) ?? { buckets: new Map<number, number>(), lastAt: at };
      const bucket = Math.floor(at / BUCKET_MS);
      record.buckets.set(bucket, (record.buckets.get(bucket) ?? 0) + 1);
      record.lastAt = at;
      for (const old of record.buckets.keys()) if (old * BUCKET_MS < at - MEMORY_MS) record.buckets.delete(old);
      services.set(service, record);
    },
    rate(service, windowMs) {
      let calls = 0;
      for (const [bucket, count] of services.get(service)?.buckets ?? [])
        if ((bucket + 1) * BUCKET_MS > now() - windowMs) calls += count;
      return (calls * 1000) / windowMs;
    },
    lastAt: (service) => services.get(service)?.lastAt,
  };
}

export interface LoadMeter {
  /** A request begins in an instance; the returned function ends it. */
  enter(instance: string): () => void;
  /** The share of the window in which the instance had work, from 0 to 1. */
  busy(instance: string, windowMs: number): number;
}

export function createLoadMeter(now: () => number): LoadMeter {
  const instances = new Map<string, { inFlight: number; since: number; done: { from: number; to: number }[] }>();

  /** Instances come and go; what has been quiet for long is forgotten. */
  function forgetOld(): void {
    for (const [name, { inFlight, done }] of instances)
      if (inFlight === 0 && (done.at(-1)?.to ?? 0) < now() - MEMORY_MS) instances.delete(name);
  }

  return {
    enter(instance) {
      if (!instances.has(instance)) forgetOld();
      const record = instances.get(instance) ?? { inFlight: 0, since: 0, done: [] };
      instances.set(instance, record);
      if (record.inFlight === 0) record.since = now();
      record.inFlight += 1;
      return () => {
        record.inFlight -= 1;
        if (record.inFlight > 0) return;
        record.done.push({ from: record.since, to: now() });
        const first = record.done.findIndex(({ to }) => to > now() - MEMORY_MS);
        record.done.splice(0, Math.max(first === -1 ? 0 : first, record.done.length - MAX_STRETCHES));
      };
    },
    busy(instance, windowMs) {
      const record = instances.get(instance);
      if (!record) return 0;
      const end = now();
      const begin = end - windowMs;
      const open = record.inFlight > 0 ? [{ from: record.since, to: end }] : [];
      const total = [...record.done, ...open].reduce(
        (sum, { from, to }) => sum + Math.max(0, to - Math.max(from, begin)),
        0,
      );
      return Math.min(1, total / windowMs);
    },
  };
}
