import type { Clock } from "@/lib/clock";
import { mergeJson } from "@/lib/sandbox/eas/json-path";
import type { LifeCycle } from "@/lib/sandbox/eas/life-cycle";
import type { ServiceRecord, ServiceStatus } from "@/lib/sandbox/eas/records";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";
import type { ServiceStore } from "@/lib/sandbox/eas/service-store";
import { amendVersion } from "@/lib/sandbox/eas/versions/history";
import { isExcluded, nextRun } from "./cron";
import { decide, type Reading, type Wish } from "./decide";
import { type Measuring, readMetric, servingOf } from "./metrics";
import type { AutoscalerRecord, CronJobRecord, CronscalerRecord } from "./records";

/*
 * Autoscalers and cron scalers at work. Each service with a scaler has one loop on the clock, which ends with the scaler,
 * with the service, or with the sandbox. How often metrics are looked at follows the sandbox's speed; the windows that a
 * user sets are the user's own seconds.
 */

export interface Scaling {
  /** The service's scalers were set, changed or taken away. */
  arm(service: ServiceRecord): void;
  readings(service: ServiceRecord, autoscaler: AutoscalerRecord): (Reading | undefined)[];
  resume(): void;
  close(): void;
}

export interface ScalingWorld extends Omit<Measuring, "windowMs"> {
  clock: Clock;
  speed: number;
  services: ServiceStore;
  lifeCycle: LifeCycle;
}

const EVALUATION_MS = 5000;
const LEAST_EVALUATION_MS = 250;
const WINDOW_MS = 15_000;
const LEAST_WINDOW_MS = 1000;
/** A timer holds no more than 24 days; nobody minds waking up once a day. */
const LONGEST_SLEEP_MS = 24 * 3_600_000;

const SCALABLE: readonly ServiceStatus[] = ["Waiting", "Running", "Updating", "Scaling"];

export function createScaling(world: ScalingWorld): Scaling {
  const { clock, services, lifeCycle } = world;
  const loops = new Map<string, AbortController>();
  const windowMs = Math.max(LEAST_WINDOW_MS, WINDOW_MS * world.speed);
  const measuring: Measuring = { ...world, windowMs };

  function readings({ name }: ServiceRecord, { strategies }: AutoscalerRecord) {
    return strategies.map(({ metricName, threshold, service }) =>
      readMetric(metricName, threshold, services.get(service ?? name), measuring),
    );
  }

  async function runAutoscaler(service: ServiceRecord, autoscaler: AutoscalerRecord, signal: AbortSignal) {
    // What runs already counts as the first wish: a new autoscaler waits for its window, too.
    let wishes: Wish[] = [{ at: clock.now(), replicas: replicasOf(service) }];
    let lastDemand = clock.now();
    for (;;) {
      await clock.sleep(Math.max(LEAST_EVALUATION_MS, EVALUATION_MS * world.speed), signal);
      if (!SCALABLE.includes(service.status)) continue;
      const now = clock.now();
      const measured = readings(service, autoscaler);
      const called = world.requests.lastAt(service.name) ?? 0;
      const atWork =
        (world.backlog(service.name) ?? 0) > 0 ||
        servingOf(service).some(({ name }) => world.load.busy(name, windowMs) > 0) ||
        // Another service's calls wake this one up, too, where a strategy names them.
        autoscaler.strategies.some(({ service: source }, index) => source && isCalledFor(measured[index]));
      lastDemand = atWork ? now : Math.max(lastDemand, called);
      const current = replicasOf(service);
      const decision = decide(autoscaler, {
        now,
        current,
        serving: servingOf(service).length,
        readings: measured.filter((reading) => reading !== undefined),
        demand: atWork || called > now - windowMs,
        idleMs: now - lastDemand,
        past: wishes,
      });
      wishes = decision.wishes;
      if (decision.replicas !== current) setReplicas(service, decision.replicas);
    }
  }

  async function runCronscaler(service: ServiceRecord, cronscaler: CronscalerRecord, signal: AbortSignal) {
    let from = clock.now();
    for (;;) {
      const due = cronscaler.jobs.map((job) => ({ job, at: nextRun(job.schedule, job.timeZone, from) }));
      const next = Math.min(...due.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
      if (next === Number.POSITIVE_INFINITY) return;
      while (clock.now() < next) await clock.sleep(Math.min(next - clock.now(), LONGEST_SLEEP_MS), signal);
      for (const { job, at } of due) if (at === next) runJob(service, cronscaler, job, next);
      services.save(service);
      // A machine that slept does not make up for all that it missed.
      from = Math.max(next, clock.now() - 1000);
    }
  }

  function runJob(service: ServiceRecord, { excludeDates }: CronscalerRecord, job: CronJobRecord, at: number) {
    job.lastProbeAt = at;
    job.state = "Succeed";
    if (isExcluded(excludeDates, job.timeZone, at)) {
      job.message = `cron hpa job ${job.name} skipped, the date is excluded.`;
      return;
    }
    if (!SCALABLE.includes(service.status)) {
      job.state = "Failed";
      job.message = `cron hpa job ${job.name} failed: service [${service.name}] is ${service.status}.`;
      return;
    }
    const current = replicasOf(service);
    job.message = `cron hpa job ${job.name} executed successfully. current replicas:${current}, desired replicas:${job.targetSize}.`;
    if (current !== job.targetSize) setReplicas(service, job.targetSize);
  }

  function setReplicas(service: ServiceRecord, instance: number): void {
    amendVersion(service, mergeJson(service.config, { metadata: { instance } }));
    lifeCycle.scale(service);
  }

  function arm(service: ServiceRecord): void {
    loops.get(service.name)?.abort(new Error("scalers changed"));
    loops.delete(service.name);
    const { autoscaler, cronscaler } = service;
    if (services.get(service.name) !== service || (!autoscaler && !cronscaler)) return;
    const abort = new AbortController();
    loops.set(service.name, abort);
    const run = (loop: Promise<void>) =>
      loop.catch((error: unknown) => {
        if (!abort.signal.aborted) console.error(`sandbox: a scaler of ${service.name} ended unexpectedly`, error);
      });
    if (autoscaler) run(runAutoscaler(service, autoscaler, abort.signal));
    if (cronscaler) run(runCronscaler(service, cronscaler, abort.signal));
  }

  return {
    arm,
    readings,
    resume() {
      for (const service of services.all()) arm(service);
    },
    close() {
      for (const abort of loops.values()) abort.abort(new Error("sandbox closed"));
      loops.clear();
    },
  };
}

/** Calls or items; how busy machines are says nothing about a service that sleeps. */
function isCalledFor(reading: Reading | undefined): boolean {
  return reading?.kind === "total" && reading.value > 0;
}

function replicasOf(service: ServiceRecord): number {
  return readServiceSpec(service.config).instances;
}
