import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@/lib/clock";
import { readJsonFile, writeJsonFile } from "@/lib/sandbox/core/json-file";
import type { ObjectStore } from "@/lib/sandbox/core/types";
import type { ServiceStore } from "@/lib/sandbox/eas/service-store";
import { TIMINGS } from "@/lib/sandbox/eas/timings";
import { type BenchmarkPlan, boundsMet, MOST_QPS, MOST_SECONDS, objectOf, readPlan } from "./plan";
import { type BenchmarkTask, BenchmarkTaskSchema, type TaskStatus } from "./records";

/*
 * Stress tests at work (reference: eas-openapi.md §7.7): a running task sends requests to its service through the gateway,
 * at its pace, for its time, and takes down what comes back. Task by task one file below `<data>/eas/benchmark-tasks`.
 */

export interface Benchmarks {
  get(name: string): BenchmarkTask | undefined;
  all(): BenchmarkTask[];
  /** The task has begun, or begins anew, after a while in the given status. */
  begin(task: BenchmarkTask, status: "Creating" | "Starting" | "Updating"): Promise<void>;
  stop(task: BenchmarkTask): Promise<void>;
  remove(task: BenchmarkTask): Promise<void>;
  save(task: BenchmarkTask): Promise<void>;
  /** Resolves once all that was changed before is on disk. */
  flush(): Promise<void>;
  resume(): void;
  close(): void;
}

export interface BenchmarkWorld {
  folder: string;
  clock: Clock;
  speed: number;
  services: ServiceStore;
  store: ObjectStore;
  gatewayPort(): number;
}

const TICK_MS = 100;
const MOST_IN_FLIGHT = 128;
/** The tool's own limit; it counts a request that takes longer as 512 (reference: eas-gateway-and-queue.md §3). */
const REQUEST_TIMEOUT_MS = 20_000;
const TIMED_OUT = 512;
/** Without a rate of its own a task doubles its pace so often. */
const RAMP_MS = 10_000;
/** Enough for the longest task at a usual pace. */
const MAX_RTS_PER_SECOND = MOST_QPS;

export async function openBenchmarks(world: BenchmarkWorld): Promise<Benchmarks> {
  const { clock, folder } = world;
  await mkdir(folder, { recursive: true });
  const tasks = new Map<string, BenchmarkTask>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith(".json")) continue;
    const task = await readJsonFile(join(folder, file), (value) => BenchmarkTaskSchema.parse(value));
    if (task) tasks.set(task.name, task);
  }
  const runs = new Map<string, AbortController>();
  let writing: Promise<unknown> = Promise.resolve();
  let closed = false;

  function save(task: BenchmarkTask): Promise<void> {
    const write = writing.then(async () => {
      const path = join(folder, `${task.name}.json`);
      if (tasks.get(task.name) === task) await writeJsonFile(path, task);
      else await rm(path, { force: true });
    });
    writing = write.catch((error) => console.error(`sandbox: cannot save stress test ${task.name}`, error));
    return write;
  }

  function enter(task: BenchmarkTask, status: TaskStatus, more = ""): void {
    task.status = status;
    task.message = `Benchmark task [${task.name}] is ${status}${more}`;
    task.updatedAt = clock.now();
    if (!closed) save(task).catch(() => undefined);
  }

  /** Ends what the task does now, and starts something else. */
  function launch(task: BenchmarkTask, run: (signal: AbortSignal) => Promise<void>): void {
    runs.get(task.name)?.abort(new Error("something else began"));
    const abort = new AbortController();
    runs.set(task.name, abort);
    run(abort.signal).catch((error: unknown) => {
      if (abort.signal.aborted) return;
      console.error(`sandbox: stress test ${task.name} ended unexpectedly`, error);
      enter(task, "Error");
    });
  }

  const rest = (ms: number, signal: AbortSignal) => clock.sleep(ms * world.speed, signal);

  async function start(task: BenchmarkTask, signal: AbortSignal): Promise<void> {
    await rest(TIMINGS.starting, signal);
    const plan = readPlan(task.config);
    task.startedAt = clock.now();
    task.endsAt = clock.now() + Math.min(plan.durationSeconds, MOST_SECONDS) * 1000;
    task.measured = { seconds: [], statuses: {} };
    await work(task, plan, signal);
  }

  async function work(task: BenchmarkTask, plan: BenchmarkPlan, signal: AbortSignal): Promise<void> {
    const body = await readBody(world.store, plan);
    if (body === undefined) return enter(task, "Error", `: the data at ${plan.path} cannot be read`);
    enter(task, "Running", boundsMet(plan));
    await sendRequests(world, task, plan, body, signal, () => save(task).catch(() => undefined));
    await finish(task, signal);
  }

  async function finish(task: BenchmarkTask, signal: AbortSignal): Promise<void> {
    enter(task, "Stopping");
    await rest(TIMINGS.terminating, signal);
    enter(task, "Stopped");
  }

  async function remove(task: BenchmarkTask): Promise<void> {
    enter(task, "Deleting");
    launch(task, async (signal) => {
      await rest(TIMINGS.terminating, signal);
      tasks.delete(task.name);
      await save(task);
    });
    await writing;
  }

  return {
    get: (name) => tasks.get(name),
    all: () => [...tasks.values()],
    save,
    async begin(task, status) {
      tasks.set(task.name, task);
      enter(task, status);
      launch(task, async (signal) => {
        if (status !== "Starting") {
          await rest(TIMINGS.creating, signal);
          enter(task, "Starting");
        }
        await start(task, signal);
      });
      await writing;
    },
    async stop(task) {
      launch(task, (signal) => finish(task, signal));
      await writing;
    },
    remove,
    resume() {
      for (const task of tasks.values()) {
        const { status } = task;
        if (status === "Running") launch(task, (signal) => work(task, readPlan(task.config), signal));
        else if (status === "Stopping") launch(task, (signal) => finish(task, signal));
        else if (status === "Deleting") remove(task).catch(() => undefined);
        else if (status !== "Stopped" && status !== "Error") launch(task, (signal) => start(task, signal));
      }
    },
    flush: async () => {
      await writing;
    },
    close() {
      closed = true;
      for (const run of runs.values()) run.abort(new Error("sandbox closed"));
    },
  };
}

/** Undefined when the plan names data that are not there. */
async function readBody(store: ObjectStore, { path, content }: BenchmarkPlan): Promise<Uint8Array | undefined> {
  if (path === undefined) return Buffer.from(content ?? "{}");
  const object = objectOf(path);
  if (!object || !(await store.bucketExists(object.bucket))) return undefined;
  return store.read(object.bucket, object.key).catch(() => undefined);
}

/** Until the task's time is over; then the requests under way are left to themselves. */
async function sendRequests(
  { clock, services, gatewayPort }: BenchmarkWorld,
  task: BenchmarkTask,
  plan: BenchmarkPlan,
  body: Uint8Array,
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const { measured } = task;
  let inFlight = 0;

  function note(rt: number, status: number, received: number): void {
    const at = Math.floor(clock.now() / 1000) * 1000;
    let second = measured.seconds.at(-1);
    if (second?.at !== at) {
      second = { at, rts: [], sent: 0, received: 0 };
      measured.seconds.push(second);
      changed();
    }
    if (second.rts.length < MAX_RTS_PER_SECOND) second.rts.push(rt);
    second.sent += body.length;
    second.received += received;
    measured.statuses[status] = (measured.statuses[status] ?? 0) + 1;
  }

  async function send(): Promise<void> {
    const begun = clock.now();
    inFlight += 1;
    const timer = new AbortController();
    const token = plan.token ?? services.get(plan.serviceName)?.token ?? "";
    const answer = fetch(`http://127.0.0.1:${gatewayPort()}/api/predict/${plan.serviceName}`, {
      method: "POST",
      headers: { authorization: token, "content-type": "application/octet-stream" },
      body: Buffer.from(body),
      signal: AbortSignal.any([signal, timer.signal]),
    }).then(async (reply) => ({ status: reply.status, received: (await reply.arrayBuffer()).byteLength }));
    const timeout = clock.sleep(REQUEST_TIMEOUT_MS, timer.signal).then(() => ({ status: TIMED_OUT, received: 0 }));
    timeout.catch(() => undefined);
    const { status, received } = await Promise.race([answer, timeout]).catch(() => ({
      status: TIMED_OUT,
      received: 0,
    }));
    timer.abort(new Error("answered"));
    inFlight -= 1;
    if (!signal.aborted) note(clock.now() - begun, status, received);
  }

  const began = clock.now();
  let owed = 0;
  while (clock.now() < (task.endsAt ?? 0)) {
    await clock.sleep(TICK_MS, signal);
    owed += (paceOf(plan, clock.now() - began, measured.seconds.at(-1)?.rts ?? []) * TICK_MS) / 1000;
    for (; owed >= 1; owed -= 1) if (inFlight < MOST_IN_FLIGHT) send().catch(() => undefined);
  }
}

/** Requests a second. Without a rate of its own the pace doubles, and halves where answers take too long. */
export function paceOf({ qps, maxRtMs }: BenchmarkPlan, elapsedMs: number, lastRts: readonly number[]): number {
  if (qps !== undefined) return Math.min(qps, MOST_QPS);
  const ramp = Math.min(2 ** Math.floor(elapsedMs / RAMP_MS), MOST_QPS);
  const average = lastRts.reduce((sum, rt) => sum + rt, 0) / Math.max(1, lastRts.length);
  return maxRtMs !== undefined && average > maxRtMs ? Math.max(1, ramp / 2) : ramp;
}
