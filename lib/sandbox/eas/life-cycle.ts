import { setMaxListeners } from "node:events";
import type { Container, ContainerRequest, ContainerResponse } from "@/lib/sandbox/core/types";
import { ContainerExit } from "@/lib/sandbox/core/types";
import { type InstanceSeat, type InstanceWorld, ProcessRestart, runInstance, TERMINATED } from "./instance-run";
import type { LogBook } from "./log-book";
import { newHost, newInnerIp, newInstanceName, newVersionHash } from "./names";
import type { EventRecord, InstanceRecord, ServiceRecord, ServiceStatus } from "./records";
import { planRollout } from "./rollout";
import { readServiceSpec, type ServiceSpec } from "./service-spec";
import type { ServiceStore } from "./service-store";
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
  /** The configuration and `latestVersion` were replaced. */
  update(service: ServiceRecord): void;
  /** Takes instances away; as many new ones come in their place. */
  rebuild(service: ServiceRecord, instances: readonly InstanceRecord[]): void;
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

export interface Upstream {
  instance: string;
  inFlight: number;
  handle(request: ContainerRequest): Promise<ContainerResponse>;
}

interface Seat {
  abort: AbortController;
  container?: Container;
  upstream?: Upstream;
  reportExit(exit: ContainerExit): void;
}

const MAX_EVENTS = 1000;

export function createLifeCycle(
  world: InstanceWorld,
  store: ServiceStore,
  logs: LogBook,
  onRemoved: (service: ServiceRecord) => void = () => undefined,
): LifeCycle {
  const { clock } = world;
  const seats = new Map<string, Seat>();
  const phases = new Map<string, AbortController>();
  /** Instances whose processes come back after a restart of the sandbox; meanwhile their service counts as Running. */
  const reviving = new Set<string>();
  const shutdown = new AbortController();
  // One listener for each instance that is going.
  setMaxListeners(0, shutdown.signal);
  let closed = false;

  const save = (service: ServiceRecord) => {
    if (!closed) store.save(service);
  };

  function addEvent(service: ServiceRecord, event: Omit<EventRecord, "at">): void {
    if (closed) return;
    service.events.push({ at: clock.now(), ...event });
    if (service.events.length > MAX_EVENTS) service.events.splice(0, service.events.length - MAX_EVENTS);
    save(service);
  }

  /** Service events carry a JSON text (reference: eas-service-lifecycle.md §3). */
  function serviceEvent(service: ServiceRecord, reason: string, message: string, type: EventRecord["type"] = "Normal") {
    const available = service.instances.filter(({ ready, role }) => ready && role === "Standard").length;
    const total = service.instances.filter(({ role }) => role === "Standard").length;
    const text = {
      versionId: service.latestVersion,
      message,
      availableInstance: available,
      unavailableInstance: total - available,
    };
    addEvent(service, { type, reason, message: JSON.stringify(text), resource: "Service" });
  }

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
    const sibling = service.instances.find((one) => one.version === service.latestVersion && one.role === role);
    const hash = sibling?.name.split("-").at(-2) ?? newVersionHash();
    const base = role === "Queue" ? `${service.name}-queue` : service.name;
    const instance: InstanceRecord = {
      name: newInstanceName(base, hash),
      role,
      version: service.latestVersion,
      createdAt: clock.now(),
      stage: "pending",
      status: "Pending",
      reason: "Pending",
      ready: false,
      innerIp: newInnerIp(),
      ...newHost(),
      zone: `${world.region}-b`,
      restartCount: 0,
      crashesInARow: 0,
      gaveUp: false,
      container: { status: "Waiting", reason: "Pending", at: clock.now() },
      run: 0,
    };
    service.instances.push(instance);
    launch(service, instance);
  }

  function launch(service: ServiceRecord, instance: InstanceRecord): void {
    const abort = new AbortController();
    let reportExit: Seat["reportExit"] = () => undefined;
    const seat: Seat = { abort, reportExit: (exit) => reportExit(exit) };
    seats.set(instance.name, seat);
    const view: InstanceSeat = {
      spec: specOf(service),
      instance,
      signal: abort.signal,
      changed: () => {
        if (abort.signal.aborted) return;
        if (instance.ready || instance.crashesInARow > 0) reviving.delete(instance.name);
        save(service);
        settle(service);
      },
      event: (type, reason, message) => {
        if (!abort.signal.aborted)
          addEvent(service, { type, reason, message, resource: "Pod", instance: instance.name });
      },
      log: (text) => {
        if (!closed && store.get(service.name) === service)
          logs.append(service.name, instance.name, { at: clock.now(), run: instance.run, text });
      },
      occupy: (container) => {
        // Bound to this run: a request that ends late must not end the run after it.
        seat.upstream = container && createUpstream(world, instance, container, abort.signal, { reportExit });
      },
      running: (container) => {
        seat.container = container;
      },
      exited: () =>
        new Promise((resolve) => {
          reportExit = resolve;
        }),
    };
    runInstance(world, view).catch((error: unknown) => {
      if (!abort.signal.aborted) console.error(`sandbox: instance ${instance.name} ended unexpectedly`, error);
    });
  }

  function terminate(service: ServiceRecord, instance: InstanceRecord): void {
    release(instance);
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
    clock.sleep(TIMINGS.terminating * world.speed, shutdown.signal).then(
      () => dismiss(service, instance),
      () => undefined,
    );
  }

  function dismiss(service: ServiceRecord, instance: InstanceRecord): void {
    if (closed || !service.instances.includes(instance)) return;
    service.instances = service.instances.filter((one) => one !== instance);
    save(service);
    settle(service);
  }

  function release(instance: InstanceRecord): void {
    seats.get(instance.name)?.abort.abort(new Error("instance taken away"));
    seats.delete(instance.name);
  }

  /** Terminates every instance at once. */
  function vacate(service: ServiceRecord): void {
    for (const instance of service.instances) if (instance.status !== "Terminating") terminate(service, instance);
  }

  function settle(service: ServiceRecord, victims?: readonly string[]): void {
    if (closed || !isRollingOut(service.status)) return;
    const spec = specOf(service);
    const plan = planRollout(service, { instances: spec.instances, queue: spec.isAsync, victims });
    for (const instance of plan.remove) terminate(service, instance);
    for (let n = 0; n < plan.add; n++) addInstance(service, "Standard");
    if (plan.addQueue) addInstance(service, "Queue");
    if (plan.settled) becomeRunning(service);
    else if (plan.failed) giveUp(service, plan.failed, plan.serving);
    else if (service.status === "Running" && plan.serving === 0 && spec.instances > 0 && !isReviving(service))
      enter(service, "Waiting", progress(service));
    else if (service.status === "Waiting") service.message = progress(service);
  }

  function becomeRunning(service: ServiceRecord): void {
    if (service.status === "Running") return;
    const rebuilt = service.status === "Waiting";
    service.currentVersion = service.latestVersion;
    enter(service, "Running", "Service start successfully");
    if (rebuilt) service.callableAt = clock.now() + TIMINGS.notYetCallable * world.speed;
    serviceEvent(service, rebuilt ? "Started" : "Updated", "Service start successfully");
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

  function finishRemoval(service: ServiceRecord): void {
    store.remove(service.name);
    onRemoved(service);
    logs.remove(service.name).catch((error) => console.error("sandbox: cannot remove logs", error));
  }

  function finishStop(service: ServiceRecord): void {
    enter(service, "Stopped", "Service is stopped");
    serviceEvent(service, "Stopped", "Service is stopped");
  }

  /** What lasts a set time, and what follows. */
  const phaseOf: Partial<Record<ServiceStatus, { ms: number; next: (service: ServiceRecord) => void }>> = {
    Creating: { ms: TIMINGS.creating, next: deploy },
    Cloning: { ms: TIMINGS.creating, next: deploy },
    Starting: { ms: TIMINGS.starting, next: deploy },
    Stopping: { ms: TIMINGS.terminating, next: finishStop },
    Deleting: { ms: TIMINGS.terminating, next: finishRemoval },
  };

  function continuePhase(service: ServiceRecord): void {
    const current = phaseOf[service.status];
    if (current) phase(service, current.ms, () => current.next(service));
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
    update(service) {
      save(service);
      if (service.status === "Stopped") return;
      const serving = service.instances.some(({ ready }) => ready);
      enter(service, serving ? "Updating" : "Waiting", "Service is updating");
      serviceEvent(service, "Updating", "Stage scale start");
      settle(service);
    },
    rebuild(service, instances) {
      for (const instance of instances) if (instance.status !== "Terminating") terminate(service, instance);
      settle(service);
    },
    endProcess({ name }, exit = new ProcessRestart()) {
      const seat = seats.get(name);
      seat?.reportExit(exit);
      seat?.container?.stop();
    },
    changed(service) {
      save(service);
      settle(service);
    },
    addEvent,
    upstreams(service) {
      if (clock.now() < service.callableAt) return [];
      return service.instances.filter(takesTraffic).flatMap(({ name }) => seats.get(name)?.upstream ?? []);
    },
    resume() {
      for (const service of store.all()) {
        service.instances = service.instances.filter(({ status }) => status !== "Terminating");
        for (const instance of service.instances) {
          if (instance.ready) reviving.add(instance.name);
          // The process that comes back goes on writing the log of the one that the sandbox took with it.
          if (instance.container.status === "Running") instance.run = Math.max(0, instance.run - 1);
          if (instance.role === "Standard") instance.ready = false;
          if (isRollingOut(service.status) && !instance.gaveUp && !(instance.role === "Queue" && instance.ready))
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
      for (const seat of seats.values()) seat.abort.abort(new Error("sandbox closed"));
      seats.clear();
    },
  };
}

function takesTraffic({ isolated, detached, hibernated }: InstanceRecord): boolean {
  return !isolated && !detached && !hibernated;
}

function isRollingOut(status: ServiceStatus): boolean {
  return status === "Waiting" || status === "Running" || status === "Updating" || status === "Scaling";
}

function specOf(service: ServiceRecord): ServiceSpec {
  return readServiceSpec(service.config);
}

function progress(service: ServiceRecord): string {
  const workers = service.instances.filter(({ role, status }) => role === "Standard" && status !== "Terminating");
  const running = workers.filter(({ ready }) => ready).length;
  return `Waiting [Total: ${workers.length}, Pending: ${workers.length - running}, Running: ${running}]`;
}

/** Counts what is under way; a caller that gives up does not end the work, just as the real process goes on. */
function createUpstream(
  { passage }: InstanceWorld,
  instance: InstanceRecord,
  container: Container,
  signal: AbortSignal,
  run: Pick<Seat, "reportExit">,
): Upstream {
  const upstream: Upstream = {
    instance: instance.name,
    inFlight: 0,
    async handle(request) {
      upstream.inFlight += 1;
      const next = () => container.handle(request, signal);
      try {
        return await (passage ? passage(instance, request, next) : next());
      } catch (error) {
        if (error instanceof ContainerExit) run.reportExit(error);
        throw signal.aborted ? new ContainerExit(TERMINATED) : error;
      } finally {
        upstream.inFlight -= 1;
      }
    },
  };
  return upstream;
}
