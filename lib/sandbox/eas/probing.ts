import { type Container, ContainerExit } from "@/lib/sandbox/core/types";
import type { InstanceSeat, InstanceWorld } from "./instance-run";
import { budgetSeconds, type Probe, type Probes } from "./spec/probes";
import { TIMINGS } from "./timings";

/*
 * The checks of a container while it starts (reference: eas-service-json.md §4): the startup check, then the liveness check,
 * must pass within their budgets, or the process is ended as if it had crashed; until the readiness check passes too,
 * nothing is sent to it. Once all have passed only the end of the process counts: later checks are not made.
 *
 * A start takes seconds here that takes minutes there, so seconds of a check are shortened alike.
 */

export interface Probing {
  /** Settles when a budget is used up and the process was ended. */
  readonly expired: Promise<ContainerExit>;
  /** What keeps the process from being ready now; undefined when nothing does, an exit when it died of the question. */
  check(listensOn: number): Promise<string | ContainerExit | undefined>;
  /** Before the next check. */
  pauseMs(): number | undefined;
  close(): void;
}

/** However fast the sandbox runs, a process has this long: its own work takes real time. */
const LEAST_BUDGET_MS = 2000;
/** SIGTERM's exit code. */
const ENDED_BY_SIGNAL = 143;

export function createProbing(world: InstanceWorld, seat: InstanceSeat, container: Container): Probing {
  const { probes } = seat.spec;
  const waiting = (["startup", "liveness", "readiness"] as const).filter((kind) => probes[kind]);
  const startedAt = world.clock.now();
  const msOf = (seconds: number) => seconds * TIMINGS.probeSecond * world.speed;
  let timer = new AbortController();
  let expire: (exit: ContainerExit) => void = () => undefined;
  const expired = new Promise<ContainerExit>((resolve) => {
    expire = resolve;
  });

  /** The budget of the first check that can end the process. */
  const arm = () => {
    timer.abort(new Error("another budget began"));
    timer = new AbortController();
    const kind = waiting.find((one) => one !== "readiness");
    const probe = kind && probes[kind];
    if (!probe) return;
    const budget = msOf(budgetSeconds(probe));
    world.clock.sleep(world.speed < 1 ? Math.max(LEAST_BUDGET_MS, budget) : budget, timer.signal).then(
      () => {
        seat.event("Warning", "Unhealthy", `${nameOf(kind)} probe failed: budget of ${budgetSeconds(probe)}s used up`);
        seat.event("Normal", "Killing", `Container worker0 failed ${kind} probe, will be restarted`);
        container.stop();
        expire(new ContainerExit(ENDED_BY_SIGNAL));
      },
      () => undefined,
    );
  };
  arm();

  return {
    expired,
    async check(listensOn) {
      for (let [kind] = waiting; kind; [kind] = waiting) {
        const probe = probes[kind];
        if (!probe) break;
        const early = startedAt + msOf(probe.initialDelaySeconds) - world.clock.now();
        if (early > 0) await world.clock.sleep(early, seat.signal);
        const failure = await ask(world, seat, container, probe, listensOn);
        if (failure instanceof ContainerExit) return failure;
        if (failure !== undefined) return `${nameOf(kind)} probe failed: ${failure}`;
        waiting.shift();
        if (kind !== "readiness") arm();
      }
      return undefined;
    },
    pauseMs() {
      const [kind] = waiting;
      const probe = kind && probes[kind];
      return probe && msOf(probe.periodSeconds);
    },
    close() {
      timer.abort(new Error("no budget counts any more"));
    },
  };
}

function nameOf(kind: keyof Probes): string {
  return { startup: "Startup", liveness: "Liveness", readiness: "Readiness" }[kind];
}

/** Why the probe fails; undefined when it passes. */
async function ask(
  { clock, speed }: InstanceWorld,
  { spec, instance, signal }: InstanceSeat,
  container: Container,
  { action, timeoutSeconds }: Probe,
  listensOn: number,
): Promise<string | ContainerExit | undefined> {
  if (action.kind === "exec") return undefined;
  const port = action.port ?? spec.port;
  if (port !== listensOn) return `dial tcp ${instance.innerIp}:${port}: connect: connection refused`;
  if (action.kind === "tcp") return undefined;
  const timer = new AbortController();
  const late = clock
    .sleep(Math.max(LEAST_BUDGET_MS, timeoutSeconds * TIMINGS.probeSecond * speed), timer.signal)
    .then(() => "context deadline exceeded")
    .catch(() => undefined);
  const request = {
    method: "GET",
    url: action.path,
    headers: { "user-agent": "kube-probe/1.26" },
    body: new Uint8Array(),
  };
  const answer = container.handle(request, signal).then(
    ({ status }) => (status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`),
    (error: unknown) => (error instanceof ContainerExit ? error : "connection reset by peer"),
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort(new Error("answered"));
  }
}
