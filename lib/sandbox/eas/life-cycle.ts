import { setMaxListeners } from "node:events";
import type { ContainerExit } from "@/lib/sandbox/core/types";
import { hasProcesses, isNewest, isRollingOut, isUp, progress, specOf, takesTraffic } from "./conditions";
import { bakeImage } from "./development/commit";
import type { InstanceWorld } from "./instance-run";
import { createJournal } from "./journal";
import type { LogBook } from "./log-book";
import { newInstanceRecord } from "./new-instance";
import type { EventRecord, InstanceRecord, ServiceRecord, ServiceStatus } from "./records";
import { planRollout } from "./rollout";
import { createPacer } from "./rollouts/pacer";
import { beginRollout, replicasAllowed } from "./rollouts/state";
import { createSeats, type Upstream } from "./seats";
import type { ServiceStore } from "./service-store";
import { rollingLimits } from "./spec/rolling";
import { TIMINGS } from "./timings";

/*
 * The life of services on the clock (reference: eas-service-lifecycle.md §1). A service moves by three things only: a
 * command (below), a phase that ends (Creating, Starting, Stopping, Deleting last a set time), and its instances, each of
 * which runs on its own and says when something changed. `settle` then compares what is with what is wanted.
 */

export interface LifeCycle {
  /** The record is in the store, status Creating. */
  begin(service: ServiceRecord): void;
  start(service: ServiceRecord): void;
  stop(service: ServiceRecord): void;
  restart(service: ServiceRecord): void;
  remove(service: ServiceRecord): void;
  /** The configuration was replaced by one of the same version: only the number of instances differs. */
  scale(service: ServiceRecord, victims?: readonly string[]): void;
  /** A version was added. `inPlace`: the instances are not concerned and stay. */
  update(service: ServiceRecord, how?: { inPlace: boolean }): void;
  /** Bakes the container of a service in development mode into an image. */
  commit(service: ServiceRecord): void;
  /** Takes instances away; as many new ones come in their place. */
  rebuild(service: ServiceRecord, instances: readonly InstanceRecord[]): void;
  /** Machines are taken away by others than their owner; the service looks for new ones. */
  takeAway(service: ServiceRecord, instances: readonly InstanceRecord[]): void;
  /** Ends an instance's process: by default to start it again at once, else as if it had died with this exit. */
  endProcess(instance: InstanceRecord, exit?: ContainerExit): void;
  /** Flags of the record that decide about its traffic or its number were changed. */
  changed(service: ServiceRecord): void;
  addEvent(service: ServiceRecord, event: Omit<EventRecord, "at">): void;
  /** Processes that take requests now. */
  upstreams(service: ServiceRecord): Upstream[];
  /** Goes on with everything that the store remembers. */
  resume(): void;
  /** Ends all processes; the records stay as they are. */
  close(): void;
}

export function createLifeCycle(
  world: InstanceWorld,
  store: ServiceStore,
  logs: LogBook,
  onRemoved: (service: ServiceRecord) => void = () => undefined,
): LifeCycle {
  const { clock } = world;
  let closed = false;
  /** Once the life cycle is closed, records stay as they are. */
  const save = (service: ServiceRecord) => {
    if (!closed) store.save(service);
  };
  const seats = createSeats(world);
  const { addEvent, serviceEvent } = createJournal(clock, save);
  const pacer = createPacer(world, (service) => {
    serviceEvent(service, "Updating", `Stage batch ${service.rollout?.batches ?? 1} start`);
    settle(service);
  });
  const phases = new Map<string, AbortController>();
  /** Instances whose processes come back after a restart of the sandbox; meanwhile their service counts as Running. */
  const reviving = new Set<string>();
  const settling = new Set<ServiceRecord>();
  const unsettled = new Set<ServiceRecord>();
  const shutdown = new AbortController();
  // One listener for each instance that is going.
  setMaxListeners(0, shutdown.signal);
  function enter(service: ServiceRecord, status: ServiceStatus, message: string): void {
    service.status = status;
    service.message = message;
    service.updatedAt = clock.now();
    save(service);
  }

  /** Runs `then` after a scaled time, unless another phase begins first. */
  function phase(service: ServiceRecord, ms: number, then: () => void): void {
    endPhase(service);
    const abort = new AbortController();
    phases.set(service.name, abort);
    clock.sleep(ms * world.speed, abort.signal).then(
      () => {
        if (phases.get(service.name) === abort) phases.delete(service.name);
        then();
      },
      () => undefined,
    );
  }

  function endPhase(service: ServiceRecord): void {
    phases.get(service.name)?.abort(new Error("another phase began"));
    phases.delete(service.name);
  }

  function addInstance(service: ServiceRecord, role: InstanceRecord["role"]): void {
    const instance = newInstanceRecord(service, role, world.region, clock.now());
    service.instances.push(instance);
    launch(service, instance);
  }

  function launch(service: ServiceRecord, instance: InstanceRecord): void {
    seats.launch(instance, specOf(service, instance.version), {
      peers: () => service.instances.filter((one) => one !== instance),
      changed: () => {
        if (instance.ready || instance.crashesInARow > 0) reviving.delete(instance.name);
        save(service);
        settle(service);
      },
      event: (type, reason, message) =>
        addEvent(service, { type, reason, message, resource: "Pod", instance: instance.name }),
      log: (text) => {
        if (!closed && store.get(service.name) === service)
          logs.append(service.name, instance.name, { at: clock.now(), run: instance.run, text });
      },
    });
  }

  function terminate(service: ServiceRecord, instance: InstanceRecord): void {
    const grace = specOf(service, instance.version).graceSeconds * 1000;
    const retired = seats.retire(instance, grace * world.speed);
    instance.status = "Terminating";
    instance.reason = "Terminating";
    instance.ready = false;
    addEvent(service, {
      type: "Normal",
      reason: "Killing",
      message: "Stopping container worker0",
      resource: "Pod",
      instance: instance.name,
    });
    const leave = () =>
      clock.sleep(TIMINGS.terminating * world.speed, shutdown.signal).then(
        () => dismiss(service, instance),
        () => undefined,
      );
    // Without anything under way it goes now, not a turn of the loop later.
    if (retired) retired.then(leave, leave);
    else leave();
  }

  function dismiss(service: ServiceRecord, instance: InstanceRecord): void {
    if (closed || !service.instances.includes(instance)) return;
    service.instances = service.instances.filter((one) => one !== instance);
    save(service);
    settle(service);
    // The last one to leave ends a stop or a deletion that waited for it.
    if (!phases.has(service.name) && service.instances.length === 0) phaseOf[service.status]?.next(service);
  }

  /** Terminates every instance at once. */
  function vacate(service: ServiceRecord): void {
    for (const instance of service.instances) if (instance.status !== "Terminating") terminate(service, instance);
  }

  /**
   * Compares once more after a change that came about while comparing: an instance that is launched may report at once, and
   * must not be counted against a plan that is half done.
   */
  function settle(service: ServiceRecord, victims?: readonly string[]): void {
    if (settling.has(service)) {
      unsettled.add(service);
      return;
    }
    settling.add(service);
    try {
      compare(service, victims);
    } finally {
      settling.delete(service);
    }
    if (unsettled.delete(service)) settle(service);
  }

  function compare(service: ServiceRecord, victims?: readonly string[]): void {
    if (closed || !isRollingOut(service.status)) return;
    const spec = specOf(service);
    // Development mode is one instance that is worked in.
    const wanted = service.developing ? Math.min(1, spec.instances) : spec.instances;
    const plan = planRollout(service, {
      instances: wanted,
      queue: spec.isAsync,
      victims,
      ...rollingLimits(spec.rolling, wanted),
      allowed: replicasAllowed(service, wanted),
      frozen: service.rollout?.frozenAt !== undefined,
      isReviving: ({ name }) => reviving.has(name),
    });
    for (const instance of plan.remove) terminate(service, instance);
    for (let n = 0; n < plan.add; n++) addInstance(service, "Standard");
    if (plan.addQueue) addInstance(service, "Queue");
    pacer.pace(service, plan.stepDone);
    if (plan.settled) becomeRunning(service);
    else if (plan.failed) giveUp(service, plan.failed, plan.serving);
    else if (isUp(service.status) && plan.serving === 0 && wanted > 0 && !isReviving(service))
      enter(service, "Waiting", progress(service));
    else if (service.status === "Waiting") service.message = progress(service);
  }

  function becomeRunning(service: ServiceRecord): void {
    // A rollout that was deleted half-way leaves old versions running, until their instances are replaced.
    if (service.instances.every(isNewest(service))) service.currentVersion = service.latestVersion;
    if (isUp(service.status)) return;
    const rebuilt = service.status === "Waiting";
    enter(service, service.developing ? "Developing" : "Running", "Service start successfully");
    if (rebuilt) service.callableAt = clock.now() + TIMINGS.notYetCallable * world.speed;
    serviceEvent(service, rebuilt ? "Started" : "Updated", "Service start successfully");
  }

  function updateInPlace(service: ServiceRecord): void {
    const before = Math.max(...service.instances.map(({ version }) => version), 0);
    for (const instance of service.instances) if (instance.version === before) instance.version = service.latestVersion;
    if (service.status !== "Running") {
      settle(service);
      return;
    }
    enter(service, "HotUpdate", "Service is updating");
    serviceEvent(service, "Updating", "Service is updated in place");
    continuePhase(service);
  }

  function giveUp(service: ServiceRecord, instance: InstanceRecord, serving: number): void {
    const message = `Instance ${instance.name} not healthy: Instance crashed, please inspect instance log.`;
    if (service.message === message) return;
    // Old instances keep serving: the rollout only pauses.
    enter(service, serving > 0 ? service.status : "Failed", message);
    serviceEvent(service, "Failed", message, "Warning");
  }

  function isReviving(service: ServiceRecord): boolean {
    return service.instances.some(({ name, ready }) => !ready && reviving.has(name));
  }

  function deploy(service: ServiceRecord): void {
    enter(service, "Waiting", "");
    serviceEvent(service, "Updating", "Stage scale start");
    settle(service);
    save(service);
  }

  /** A stop and a deletion end when the last instance has left: `dismiss` comes back to them. */
  function finishRemoval(service: ServiceRecord): void {
    if (service.instances.length > 0) return;
    store.remove(service.name);
    onRemoved(service);
    logs.remove(service.name);
  }

  function finishStop(service: ServiceRecord): void {
    if (service.instances.length > 0) return;
    enter(service, "Stopped", "Service is stopped");
    serviceEvent(service, "Stopped", "Service is stopped");
  }

  function finishHotUpdate(service: ServiceRecord): void {
    if (service.instances.every(isNewest(service))) service.currentVersion = service.latestVersion;
    enter(service, "Running", "Service start successfully");
    serviceEvent(service, "Updated", "Service was updated in place");
    settle(service);
  }

  function finishCommit(service: ServiceRecord): void {
    bakeImage(service, world.region, clock.now());
    enter(service, "Developing", "Success");
    serviceEvent(service, "Committed", "Container worker0 was committed");
    settle(service);
  }

  /** What lasts a set time, and what follows. */
  const phaseOf: Partial<Record<ServiceStatus, { ms: number; next: (service: ServiceRecord) => void }>> = {
    Creating: { ms: TIMINGS.creating, next: deploy },
    Cloning: { ms: TIMINGS.creating, next: deploy },
    Starting: { ms: TIMINGS.starting, next: deploy },
    Stopping: { ms: TIMINGS.terminating, next: finishStop },
    Deleting: { ms: TIMINGS.terminating, next: finishRemoval },
    HotUpdate: { ms: TIMINGS.hotUpdate, next: finishHotUpdate },
    Committing: { ms: TIMINGS.committing, next: finishCommit },
  };

  function continuePhase(service: ServiceRecord): void {
    const { status } = service;
    const current = phaseOf[status];
    // An update may have come in between.
    if (current) phase(service, current.ms, () => service.status === status && current.next(service));
  }

  return {
    begin(service) {
      serviceEvent(service, "Creating", `Service [${service.name}] is creating`);
      continuePhase(service);
    },
    start(service) {
      // What a failed start has left behind goes first.
      vacate(service);
      enter(service, "Starting", "Service is starting");
      serviceEvent(service, "Starting", "Service is starting");
      continuePhase(service);
    },
    stop(service) {
      vacate(service);
      enter(service, "Stopping", "Service is stopping");
      serviceEvent(service, "Stopping", "Service is stopping");
      continuePhase(service);
    },
    restart(service) {
      endPhase(service);
      vacate(service);
      serviceEvent(service, "Restarted", "Service is restarting");
      deploy(service);
    },
    remove(service) {
      vacate(service);
      enter(service, "Deleting", "Service is terminating");
      serviceEvent(service, "Deleting", "Service is terminating");
      continuePhase(service);
    },
    scale(service, victims) {
      save(service);
      if (service.status === "Stopped" || service.status === "Failed") return;
      // A first start that is not finished stays one.
      if (service.status === "Running") enter(service, "Scaling", "Service is scaling");
      serviceEvent(service, "Scaled", `Scaled to ${specOf(service).instances} instances`);
      settle(service, victims);
    },
    update(service, { inPlace } = { inPlace: false }) {
      save(service);
      beginRollout(service);
      if (service.status === "Stopped") return;
      if (inPlace && isRollingOut(service.status)) return updateInPlace(service);
      const serving = service.instances.some(({ ready }) => ready);
      enter(service, serving ? "Updating" : "Waiting", "Service is updating");
      serviceEvent(service, "Updating", "Stage scale start");
      settle(service);
    },
    commit(service) {
      enter(service, "Committing", "Service is committing");
      serviceEvent(service, "Committing", "Container worker0 is committing");
      continuePhase(service);
    },
    rebuild(service, instances) {
      for (const instance of instances) if (instance.status !== "Terminating") terminate(service, instance);
      settle(service);
    },
    takeAway(service, instances) {
      for (const instance of instances) terminate(service, instance);
      const serves = service.instances.some(({ ready, role }) => ready && role === "Standard");
      if (service.status === "Running") enter(service, serves ? "Scaling" : "Waiting", progress(service));
      settle(service);
    },
    endProcess: seats.endProcess,
    changed(service) {
      save(service);
      settle(service);
    },
    addEvent,
    upstreams(service) {
      if (clock.now() < service.callableAt) return [];
      return service.instances.filter(takesTraffic).flatMap((instance) => seats.upstream(instance) ?? []);
    },
    resume() {
      for (const service of store.all()) {
        service.instances = service.instances.filter(({ status }) => status !== "Terminating");
        for (const instance of service.instances) {
          if (instance.ready) reviving.add(instance.name);
          // The process that comes back goes on writing the log of the one that the sandbox took with it.
          if (instance.container.status === "Running") instance.run = Math.max(0, instance.run - 1);
          if (instance.role === "Standard") instance.ready = false;
          if (hasProcesses(service.status) && !instance.gaveUp && !(instance.role === "Queue" && instance.ready))
            launch(service, instance);
        }
        continuePhase(service);
        settle(service);
        save(service);
      }
    },
    close() {
      closed = true;
      shutdown.abort(new Error("sandbox closed"));
      for (const abort of phases.values()) abort.abort(new Error("sandbox closed"));
      pacer.close();
      seats.close();
    },
  };
}
