import { expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { createFaults } from "@/lib/sandbox/core/faults";
import type { ContainerEnvironment } from "@/lib/sandbox/core/types";
import { startOnDemand } from "./instance-faults";
import type { InstanceSeat, InstanceWorld } from "./instance-run";
import { createBucketStore } from "./testing";

/* What a process is told at its start; what comes of it is tried with whole services. */

function start(faults = createFaults(createManualClock())) {
  let environment: ContainerEnvironment | undefined;
  let becomeReady: () => void = () => undefined;
  const aborted = new AbortController();
  const world: Pick<InstanceWorld, "store" | "clock" | "faults" | "speed" | "startContainer"> = {
    store: createBucketStore(),
    clock: createManualClock(),
    faults,
    speed: 2,
    startContainer: (_, given) => {
      environment = given;
      const ready = new Promise<{ port: number }>((resolve) => {
        becomeReady = () => resolve({ port: 8000 });
      });
      return { ready, handle: () => Promise.reject(new Error("not asked")), stop: () => undefined };
    },
  };
  const seat = {
    spec: { name: "painter" },
    instance: { name: "painter-1" },
    signal: aborted.signal,
    log: () => undefined,
  };
  const container = startOnDemand(world as InstanceWorld, seat as unknown as InstanceSeat, {
    serviceName: "painter",
    instanceName: "painter-1",
    image: "",
    command: "",
    env: {},
    mounts: [],
    region: "cn-hangzhou",
  });
  if (!environment) throw new Error("nothing was started");
  return { container, environment, becomeReady: () => becomeReady(), abort: () => aborted.abort(new Error("gone")) };
}

test("slow start: slower while it loads, as fast as ever once it serves", async () => {
  const faults = createFaults();
  faults.add({ kind: "slow-start", parameters: { factor: 10, delayMs: 30 } });
  const { container, environment, becomeReady } = start(faults);
  expect(environment.speed).toBe(20);
  expect(environment.trouble?.atStart?.()).toEqual({ kind: "slow", delayMs: 30 });
  becomeReady();
  await container.ready;
  expect(environment.speed).toBe(2);
});

test("without a fault nothing is troubled", async () => {
  const { container, environment, becomeReady } = start();
  expect(environment.speed).toBe(2);
  expect([environment.trouble?.atStart?.(), environment.trouble?.atRequest?.()]).toEqual([undefined, undefined]);
  becomeReady();
  expect(await container.ready).toEqual({ port: 8000 });
});

test("faults that come while it runs meet its next request", () => {
  const faults = createFaults();
  const { environment } = start(faults);
  faults.add({ kind: "cuda-oom", scope: { service: "painter" }, times: 1 });
  faults.add({ kind: "cuda-oom", scope: { service: "other" } });
  expect(environment.trouble?.atRequest?.()).toEqual({ kind: "cuda-oom" });
  expect(environment.trouble?.atRequest?.()).toBeUndefined();
});

test("a silence that was used up ends with the instance only", async () => {
  const faults = createFaults();
  faults.add({ kind: "stuck-waiting", parameters: { how: "silent" }, times: 1 });
  const { container, becomeReady, abort } = start(faults);
  becomeReady();
  let isReady = false;
  const ended = container.ready.then(
    () => {
      isReady = true;
    },
    (error: Error) => error.message,
  );
  await expect.poll(() => faults.any).toBe(false);
  faults.add({ kind: "latency" });
  faults.clear();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isReady).toBe(false);
  abort();
  expect(await ended).toBe("gone");
});
