import { systemClock } from "@/lib/clock";
import type { FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import { SERVICES, type World } from "./world";

/* What goes wrong, and what is wanted meanwhile. */

/** All of it passes by itself, and nothing of it is an answer of the service: no picture may fail by it. */
const FAULTS: readonly FaultRequest[] = [
  { kind: "latency", parameters: { delayMs: 300, jitterMs: 900 }, rate: 0.5 },
  { kind: "reset", parameters: { afterBytes: 0, direction: "answer" }, rate: 0.1, scope: { server: "gateway" } },
  { kind: "gateway-page", parameters: { status: 503 }, rate: 0.4, scope: { server: "eas" } },
  { kind: "redelivery", rate: 0.2, scope: { service: SERVICES.queued } },
  { kind: "queue-full", parameters: { queue: "sink" }, scope: { service: SERVICES.queued } },
  { kind: "corrupted-answer", parameters: { how: "cut", at: 20 }, rate: 0.3, scope: { server: "eas" } },
  { kind: "workers-busy", scope: { service: SERVICES.direct } },
];
const FAULT_MS = 4_000;

/** One after the other until the signal ends and each has been; `pauseMs` from one to the next. Returns how many. */
export async function makeTrouble(world: World, pauseMs: number, signal: AbortSignal) {
  const { consoles, cloud, control } = world;
  const done = { cloudKills: 0, faults: 0 };
  const kills = [
    () => consoles.kill(),
    () => {
      done.cloudKills++;
      return cloud.kill();
    },
    () => consoles.askToEnd(),
  ];
  for (let turn = 0; !signal.aborted || turn < kills.length; turn++) {
    const fault = FAULTS[turn % FAULTS.length];
    if (fault) await control.add({ ...fault, durationMs: FAULT_MS, seed: turn });
    done.faults++;
    await systemClock.sleep(pauseMs / 2, signal).catch(() => undefined);
    await kills[turn % kills.length]?.();
    await systemClock.sleep(pauseMs / 2, signal).catch(() => undefined);
  }
  await control.reset();
  return done;
}

/** A write that goes on until somebody has said yes. */
export async function untilAccepted(world: World, path: string, body: object): Promise<number> {
  for (let attempts = 1; ; attempts++) {
    const signal = AbortSignal.timeout(15_000);
    const request = { method: "POST", headers: world.headers, body: JSON.stringify(body), signal };
    const answer = await fetch(`${world.consoles.next()}/api/v1${path}`, request).catch(() => undefined);
    if (answer?.ok) return attempts;
    // Our own refusal would stay one.
    if (answer && [400, 401, 403, 404].includes(answer.status))
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await systemClock.sleep(300);
  }
}

/** Wishes at a steady pace, each with a number of its own. Returns those that were accepted: all. */
export async function wishOn(world: World, service: string, everyMs: number, signal: AbortSignal): Promise<string[]> {
  const wanted: string[] = [];
  while (!signal.aborted) {
    const taskId = `${service}${wanted.length.toString(36).padStart(6, "0")}`;
    const input = { func: "t2i", prompt: `wish ${wanted.length}`, steps: 2, width: 64, height: 64 };
    wanted.push(taskId);
    await untilAccepted(world, `/services/${service}/generations`, { requests: [{ taskId, input }] });
    await systemClock.sleep(everyMs, signal).catch(() => undefined);
  }
  return wanted;
}

/** Stops and starts a service; returns how it was left. */
export async function toggleOn(world: World, everyMs: number, signal: AbortSignal): Promise<"Running" | "Stopped"> {
  for (let wanted = "Running" as "Running" | "Stopped"; ; ) {
    await systemClock.sleep(everyMs, signal).catch(() => undefined);
    if (signal.aborted) return wanted;
    wanted = wanted === "Running" ? "Stopped" : "Running";
    await untilSettled(world, `/services/${SERVICES.toggled}/${wanted === "Stopped" ? "stop" : "start"}`, wanted);
  }
}

/** A stop of a service that is stopped is refused by the cloud: what counts is where it comes to. */
async function untilSettled(world: World, path: string, wanted: string): Promise<void> {
  for (;;) {
    const signal = AbortSignal.timeout(15_000);
    const request = { method: "POST", headers: world.headers, body: "{}", signal };
    await fetch(`${world.consoles.next()}/api/v1${path}`, request).catch(() => undefined);
    for (let look = 0; look < 10; look++) {
      if ((await world.statusOf(SERVICES.toggled).catch(() => "")) === wanted) return;
      await systemClock.sleep(300);
    }
  }
}
