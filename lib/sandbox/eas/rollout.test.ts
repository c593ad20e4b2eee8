import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InstanceRecord, ServiceRecord } from "./records";
import { planRollout, type Wanted } from "./rollout";

/* The plan against a simulated service: instances become ready, die and leave in any order. */

let sequence = 0;
function instance(version: number, ready: boolean): InstanceRecord {
  sequence += 1;
  return {
    name: `demo-${sequence}`,
    role: "Standard",
    version,
    createdAt: sequence,
    stage: "started",
    status: "Running",
    reason: "",
    ready,
    innerIp: "",
    hostIp: "",
    hostName: "",
    zone: "",
    restartCount: 0,
    crashesInARow: 0,
    gaveUp: false,
    container: { status: "Running", reason: "", at: 0 },
    run: 1,
  };
}

const serviceOf = (instances: InstanceRecord[]) => ({ latestVersion: 2, instances }) as ServiceRecord;
const live = (service: ServiceRecord) => service.instances.filter(({ status }) => status !== "Terminating");
const ready = (service: ServiceRecord) => live(service).filter((one) => one.ready);

/** Does what the plan says; returns whether there was anything. */
function apply(service: ServiceRecord, wanted: Wanted): boolean {
  const plan = planRollout(service, wanted);
  for (const one of plan.remove) Object.assign(one, { status: "Terminating", ready: false });
  for (let n = 0; n < plan.add; n++) service.instances.push(instance(2, false));
  return plan.add > 0 || plan.remove.length > 0;
}

const situation = fc.record({
  count: fc.integer({ min: 0, max: 6 }),
  old: fc.integer({ min: 0, max: 6 }),
  maxSurge: fc.integer({ min: 0, max: 4 }),
  maxUnavailable: fc.integer({ min: 0, max: 3 }),
  allowed: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
  steps: fc.array(fc.record({ kind: fc.constantFrom("ready", "die", "leave"), pick: fc.nat(20) }), { maxLength: 40 }),
});

type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

function wantedOf({ count, maxSurge, maxUnavailable, allowed }: Situation): Wanted {
  const surge = maxSurge === 0 && maxUnavailable === 0 ? 1 : maxSurge;
  return { instances: count, queue: false, maxSurge: surge, maxUnavailable, allowed };
}

describe("an update", () => {
  test("never has more than the surge allows, nor takes away what must go on serving", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const wanted = wantedOf(given);
        const service = serviceOf(Array.from({ length: given.old }, () => instance(1, true)));
        for (const { kind, pick } of given.steps) {
          const before = ready(service).length;
          apply(service, wanted);
          const floor = Math.min(before, Math.max(0, given.count - given.maxUnavailable));
          expect(ready(service).length).toBeGreaterThanOrEqual(floor);
          const most = Math.max(given.count + (wanted.maxSurge ?? 0), given.old);
          expect(live(service).length).toBeLessThanOrEqual(most);
          const [one] = live(service).slice(pick % Math.max(1, live(service).length));
          if (one && kind !== "leave") one.ready = kind === "ready";
          if (kind === "leave") service.instances = live(service);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("comes to an end: as many as wanted, of the newest version as far as it may go", () => {
    fc.assert(
      fc.property(situation, (given) => {
        const wanted = wantedOf(given);
        const service = serviceOf(Array.from({ length: given.old }, () => instance(1, true)));
        for (let rounds = 0; apply(service, wanted); rounds++) {
          expect(rounds).toBeLessThan(50);
          for (const one of live(service)) one.ready = true;
        }
        const goal = Math.min(given.count, given.allowed ?? given.count);
        const kept = Math.min(given.old, given.count - goal);
        expect(live(service).filter(({ version }) => version === 1)).toHaveLength(kept);
        expect(live(service).filter(({ version }) => version === 2)).toHaveLength(given.count - kept);
        expect(planRollout(service, wanted).settled).toBe(kept === 0);
        expect(planRollout(service, { ...wanted, frozen: true }).settled).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test("a process that comes back after a restart of the sandbox is not replaced", () => {
  const service = serviceOf([instance(1, false), instance(1, true)]);
  const reviving = service.instances[0];
  const wanted = { instances: 2, queue: false, allowed: 0, frozen: true };
  expect(planRollout(service, wanted).remove).toEqual([reviving]);
  const plan = planRollout(service, { ...wanted, isReviving: (one) => one === reviving });
  expect(plan).toMatchObject({ add: 0, remove: [], settled: false });
});
