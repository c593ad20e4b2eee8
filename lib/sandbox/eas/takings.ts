import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import { specOf } from "./conditions";
import type { LifeCycle } from "./life-cycle";
import type { InstanceRecord, ServiceRecord } from "./records";
import type { ServiceStore } from "./service-store";

/*
 * What takes machines away from services that run: a spot market that wants them back, and an account that does not pay.
 * Neither's events are documented; the reference says that the instance is replaced (eas-service-lifecycle.md §4), the rest
 * is a choice.
 */

/** A machine that is bid for with protection stays for its first hour (reference: eas-service-json.md §3). */
const PROTECTED_MS = 3_600_000;

interface TakingsWorld {
  clock: Clock;
  speed: number;
  faults: Faults | undefined;
  services: ServiceStore;
  lifeCycle: LifeCycle;
}

export interface Takings {
  close(): void;
}

export function createTakings({ clock, speed, faults, services, lifeCycle }: TakingsWorld): Takings {
  let looking = false;
  let timer = new AbortController();
  const stop = faults?.onChange(look) ?? (() => undefined);

  function look(): void {
    // Using a fault up changes the list of faults in turn.
    if (looking || !faults) return;
    looking = true;
    timer.abort(new Error("looked anew"));
    try {
      for (const service of services.all()) {
        if (faults.peek("arrears", { service: service.name })) suspend(service);
        reclaim(service);
      }
    } finally {
      looking = false;
    }
  }

  function suspend(service: ServiceRecord): void {
    const placed = service.instances.filter(isPlaced);
    if (placed.length === 0 || !faults?.take("arrears", { service: service.name })) return;
    take(service, placed, "Suspended", "The account has an overdue payment: the instance is released.");
  }

  function reclaim(service: ServiceRecord): void {
    for (const instance of service.instances.filter(isPlaced)) {
      if (!isBidFor(service, instance)) continue;
      const occasion = { service: service.name, instance: instance.name };
      if (!faults?.peek("spot-reclaimed", occasion)) continue;
      const until = protectedUntil(service, instance);
      if (until > clock.now()) lookAgainAt(until);
      else if (faults.take("spot-reclaimed", occasion))
        take(service, [instance], "Preempted", "The preemptible machine is reclaimed.");
    }
  }

  function take(service: ServiceRecord, instances: readonly InstanceRecord[], reason: string, message: string): void {
    for (const { name } of instances)
      lifeCycle.addEvent(service, { type: "Warning", reason, message, resource: "Pod", instance: name });
    lifeCycle.takeAway(service, instances);
  }

  function protectedUntil(service: ServiceRecord, { createdAt }: InstanceRecord): number {
    return specOf(service).isUnprotected ? 0 : createdAt + PROTECTED_MS * speed;
  }

  function lookAgainAt(at: number): void {
    timer = new AbortController();
    clock.sleep(at - clock.now(), timer.signal).then(look, () => undefined);
  }

  return {
    close() {
      stop();
      timer.abort(new Error("sandbox closed"));
    },
  };
}

const isPlaced = ({ role, status, stage }: InstanceRecord) =>
  role === "Standard" && status !== "Terminating" && stage !== "pending";

const isBidFor = (service: ServiceRecord, { instanceType, version }: InstanceRecord) =>
  specOf(service, version).alternatives.some(
    ({ type, spotPriceLimit }) => type === instanceType && spotPriceLimit !== undefined,
  );
