import type { Container, ContainerRequest, ContainerResponse } from "@/lib/sandbox/core/types";
import { ContainerExit } from "@/lib/sandbox/core/types";
import {
  type Engine,
  type InstanceSeat,
  type InstanceWorld,
  ProcessRestart,
  runInstance,
  TERMINATED,
} from "./instance-run";
import type { InstanceRecord } from "./records";
import type { ServiceSpec } from "./service-spec";

/** The processes behind the instances of all services: started, asked, and taken away. */
export interface Seats {
  launch(instance: InstanceRecord, spec: ServiceSpec, on: SeatEvents): void;
  /** No request reaches it any more; what it works on may be finished within the grace. Undefined when it is gone at once. */
  retire(instance: InstanceRecord, graceMs: number): Promise<void> | undefined;
  upstream(instance: InstanceRecord): Upstream | undefined;
  /** Ends an instance's process: by default to start it again at once, else as if it had died with this exit. */
  endProcess(instance: InstanceRecord, exit?: ContainerExit): void;
  close(): void;
}

export interface SeatEvents {
  peers(): readonly InstanceRecord[];
  changed(): void;
  event: InstanceSeat["event"];
  log(line: string): void;
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
  engine?: Engine;
  reportExit(exit: ContainerExit): void;
  /** Called when nothing is under way any more. */
  onIdle?: () => void;
}

export function createSeats(world: InstanceWorld): Seats {
  const seats = new Map<string, Seat>();
  const takeAway = (name: string, seat: Seat) => {
    seat.abort.abort(new Error("instance taken away"));
    if (seats.get(name) === seat) seats.delete(name);
  };
  return {
    launch(instance, spec, on) {
      const abort = new AbortController();
      let reportExit: Seat["reportExit"] = () => undefined;
      const seat: Seat = { abort, reportExit: (exit) => reportExit(exit) };
      seats.set(instance.name, seat);
      const view: InstanceSeat = {
        spec,
        instance,
        signal: abort.signal,
        peers: on.peers,
        changed: () => {
          if (!abort.signal.aborted) on.changed();
        },
        event: (type, reason, message) => {
          if (!abort.signal.aborted) on.event(type, reason, message);
        },
        log: on.log,
        occupy: (container) => {
          // Bound to this run: a request that ends late must not end the run after it.
          const run = { reportExit, onIdle: () => seat.onIdle?.() };
          seat.upstream = container && createUpstream(world, instance, container, abort.signal, run);
          seat.engine?.stop({ failed: !abort.signal.aborted });
          seat.engine = seat.upstream && world.startEngine?.(instance, spec, seat.upstream, on.log);
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
    },
    retire({ name }, graceMs) {
      const seat = seats.get(name);
      if (!seat) return undefined;
      seat.engine?.drain();
      if (!seat.upstream || seat.upstream.inFlight === 0) {
        takeAway(name, seat);
        return undefined;
      }
      const idle = new Promise<void>((resolve) => {
        seat.onIdle = resolve;
      });
      const grace = world.clock.sleep(graceMs, seat.abort.signal).catch(() => undefined);
      return Promise.race([idle, grace]).then(() => takeAway(name, seat));
    },
    upstream: ({ name }) => seats.get(name)?.upstream,
    endProcess({ name }, exit = new ProcessRestart()) {
      const seat = seats.get(name);
      seat?.reportExit(exit);
      seat?.container?.stop();
    },
    close() {
      for (const seat of seats.values()) seat.abort.abort(new Error("sandbox closed"));
      seats.clear();
    },
  };
}

/** Counts what is under way; a caller that gives up does not end the work, just as the real process goes on. */
function createUpstream(
  { passage }: InstanceWorld,
  instance: InstanceRecord,
  container: Container,
  signal: AbortSignal,
  run: { reportExit(exit: ContainerExit): void; onIdle(): void },
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
        if (upstream.inFlight === 0) run.onIdle();
      }
    },
  };
  return upstream;
}
