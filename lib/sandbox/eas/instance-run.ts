import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import {
  type Container,
  ContainerExit,
  type ContainerRequest,
  type ContainerResponse,
  type ContainerSpec,
  type ObjectStore,
  type StartContainer,
} from "@/lib/sandbox/core/types";
import { pullFailure } from "./images";
import { mountTrouble, probeTrouble, pullTrouble, startOnDemand } from "./instance-faults";
import { pauseBeforeRetry, scaled, wait } from "./instance-steps";
import { findInstanceType } from "./instance-types";
import type { Need, Room } from "./own-group";
import { findPlace } from "./placing";
import { createProbing, type Probing } from "./probing";
import type { EventRecord, InstanceRecord } from "./records";
import type { ServiceSpec } from "./service-spec";
import type { OssMount } from "./spec/storage";
import type { Stock } from "./stock";
import { LEAST_RETRY_MS, MAX_CRASHES, TIMINGS } from "./timings";

/*
 * The way of one instance: a place with stock → mounts → image → container → probe → ready, and back to the container when
 * it ends (reference: eas-service-lifecycle.md §2–4). Every wait is on the clock and ends with the signal, so that an
 * instance can be taken away at any moment. The record says how far it came; a run starts from there.
 */

export interface InstanceWorld {
  clock: Clock;
  speed: number;
  region: string;
  store: ObjectStore;
  stock: Stock;
  startContainer: StartContainer;
  passage?: Passage;
  faults?: Faults;
  /** Room in the account's own resource group. */
  roomInGroup?: (need: Need) => Room;
  startEngine?: StartEngine;
}

/** What brings work of its own to a process that is ready: the engine of an asynchronous service. */
export type StartEngine = (
  instance: InstanceRecord,
  spec: ServiceSpec,
  process: { instance: string; handle(request: ContainerRequest): Promise<ContainerResponse> },
  log: (line: string) => void,
) => Engine | undefined;

export interface Engine {
  /** Brings nothing more; what is under way may still be finished. */
  drain(): void;
  /** `failed`: the process died of it. */
  stop(how: { failed: boolean }): void;
}

/** Stands between all callers and an instance's process: load is measured here, and injected faults have their effect. */
export type Passage = (
  instance: InstanceRecord,
  request: ContainerRequest,
  next: () => Promise<ContainerResponse>,
) => Promise<ContainerResponse>;

/** A process that was ended so that it begins anew: no crash. */
export class ProcessRestart extends ContainerExit {
  constructor() {
    super(TERMINATED);
  }
}

/** The exit code of a process that was told to end. */
export const TERMINATED = 143;

/** One instance as its run sees it. */
export interface InstanceSeat {
  spec: ServiceSpec;
  instance: InstanceRecord;
  signal: AbortSignal;
  /** The other instances of the service. */
  peers(): readonly InstanceRecord[];
  /** The record has changed. */
  changed(): void;
  event(type: EventRecord["type"], reason: string, message: string): void;
  log(line: string): void;
  /** The process that serves from now on; undefined when it has ended. */
  occupy(container: Container | undefined): void;
  /** A process was started, ready or not. */
  running(container: Container): void;
  /** Settles when the process that runs now is known to have ended, or was ended from outside. */
  exited(): Promise<ContainerExit>;
}

/** The engine's own ports (reference: eas-service-json.md §4). */
const RESERVED_PORTS = new Set([8080, 9090]);

/** Returns when the instance was given up; rejects when the signal ends it. */
export async function runInstance(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance } = seat;
  if (instance.stage === "pending") await findPlace(world, seat);
  if (instance.role === "Queue") return startQueue(world, seat);
  if (instance.stage === "scheduled") await mountStorage(world, seat);
  if (instance.stage === "mounted") await pullImage(world, seat);
  if (instance.stage === "pulled") await createContainer(world, seat);
  while (!instance.gaveUp) await runContainer(world, seat);
}

async function startQueue(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance } = seat;
  await world.clock.sleep(scaled(world, TIMINGS.queueStart), seat.signal);
  const now = world.clock.now();
  instance.startedAt ??= now;
  Object.assign(instance, { stage: "started", status: "Running", reason: "RUNNING", ready: true });
  instance.container = { status: "Running", reason: "", at: now };
  seat.changed();
}

async function mountStorage(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance, spec } = seat;
  for (let attempt = 0; ; attempt++) {
    const failure = mountTrouble(world, seat) ?? (await mountFailure(world, spec));
    if (!failure) break;
    seat.event("Warning", "FailedMount", failure);
    await pauseBeforeRetry(world, seat, attempt);
  }
  instance.stage = "mounted";
  seat.changed();
}

async function mountFailure(world: InstanceWorld, spec: ServiceSpec): Promise<string | undefined> {
  const failed = (path: string, why: string) => `MountVolume.SetUp failed for volume "${path}": ${why}`;
  for (const { mountPath, source } of spec.otherMounts)
    return failed(mountPath, `a source of type ${source} is not reachable from this service`);
  for (const mount of spec.ossMounts) {
    const foreign = foreignEndpoint(mount, world.region);
    if (foreign) return failed(mount.mountPath, `oss endpoint ${foreign} is not in region ${world.region}`);
    if (!(await world.store.bucketExists(mount.bucket)))
      return failed(
        mount.mountPath,
        `oss bucket ${mount.bucket} check failed: NoSuchBucket, The specified bucket does not exist.`,
      );
  }
  return undefined;
}

/** An endpoint that names another region than the service's. */
function foreignEndpoint(mount: OssMount, region: string): string | undefined {
  const named = /^(?:https?:\/\/)?oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(mount.endpoint ?? "")?.[1];
  return named !== undefined && named !== region ? mount.endpoint : undefined;
}

async function pullImage(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance, spec } = seat;
  seat.event("Normal", "Pulling", `Pulling image "${spec.image}"`);
  for (let attempt = 0; ; attempt++) {
    const failure = pullTrouble(world, seat) ?? pullFailure(spec.image, world.region, spec.diskGib);
    if (!failure) break;
    seat.event("Warning", "Failed", failure.message);
    seat.event("Warning", "Failed", "Error: ErrImagePull");
    wait(seat, "ErrImagePull");
    await pauseBeforeRetry(world, seat, attempt);
    seat.event("Normal", "BackOff", `Back-off pulling image "${spec.image}"`);
    seat.event("Warning", "Failed", "Error: ImagePullBackOff");
    wait(seat, "ImagePullBackOff");
    await pauseBeforeRetry(world, seat, attempt);
  }
  const began = world.clock.now();
  await world.clock.sleep(scaled(world, TIMINGS.pulling), seat.signal);
  instance.stage = "pulled";
  const seconds = ((world.clock.now() - began) / 1000).toFixed(1);
  seat.event("Normal", "Pulled", `Successfully pulled image "${spec.image}" in ${seconds}s`);
  seat.changed();
}

async function createContainer(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  await world.clock.sleep(scaled(world, TIMINGS.containerCreation), seat.signal);
  seat.instance.stage = "started";
  seat.event("Normal", "Created", "Created container worker0");
  seat.changed();
}

/** One run of the process, from its start to its end. */
async function runContainer(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance } = seat;
  const { clock } = world;
  seat.signal.throwIfAborted();
  const startedAt = clock.now();
  instance.startedAt ??= startedAt;
  instance.run += 1;
  Object.assign(instance, { status: "Running", reason: "ContainersNotReady", ready: false });
  instance.container = { status: "Running", reason: "", at: startedAt };
  seat.event("Normal", "Started", "Started container worker0");
  const container = startOnDemand(world, seat, containerSpec(world, seat));
  const stop = () => container.stop();
  seat.signal.addEventListener("abort", stop, { once: true });
  const ended = seat.exited();
  const probing = createProbing(world, seat, container);
  seat.running(container);
  seat.changed();
  try {
    const listening = container.ready.catch((error: unknown) => toExit(error, seat));
    const started = await Promise.race([listening, ended, probing.expired]);
    seat.signal.throwIfAborted();
    const exit =
      started instanceof ContainerExit ? started : await serve(world, seat, container, started.port, ended, probing);
    await afterExit(world, seat, exit, startedAt);
  } finally {
    probing.close();
    seat.signal.removeEventListener("abort", stop);
    seat.occupy(undefined);
  }
}

function containerSpec(world: InstanceWorld, { spec, instance }: InstanceSeat): ContainerSpec {
  const type = instance.instanceType === undefined ? undefined : findInstanceType(instance.instanceType);
  return {
    serviceName: spec.name,
    instanceName: instance.name,
    image: spec.image,
    command: spec.command,
    env: spec.env,
    mounts: spec.ossMounts.map(({ mountPath, bucket, prefix, readOnly }) => ({ mountPath, bucket, prefix, readOnly })),
    region: world.region,
    gpu: type?.gpu?.model,
  };
}

/** A process that dies without an exit code of its own has met a fault of the sandbox: its words go to the log. */
function toExit(error: unknown, seat: InstanceSeat): ContainerExit {
  if (error instanceof ContainerExit) return error;
  if (!seat.signal.aborted) seat.log(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new ContainerExit(1);
}

async function serve(
  world: InstanceWorld,
  seat: InstanceSeat,
  container: Container,
  listensOn: number,
  ended: Promise<ContainerExit>,
  probing: Probing,
): Promise<ContainerExit> {
  const { instance, spec, signal } = seat;
  const isPort = !RESERVED_PORTS.has(spec.port) && spec.port === listensOn;
  await world.clock.sleep(scaled(world, TIMINGS.probe), signal);
  for (let attempt = 0; ; attempt++) {
    const why = RESERVED_PORTS.has(spec.port) ? "the port is reserved by the engine" : "connect: connection refused";
    const failure = isPort
      ? (probeTrouble(world, seat) ?? (await probing.check(listensOn)))
      : `Readiness probe failed: dial tcp ${instance.innerIp}:${spec.port}: ${why}`;
    if (failure === undefined) break;
    if (failure instanceof ContainerExit) return failure;
    seat.event("Warning", "Unhealthy", failure);
    const pause = probing.pauseMs();
    const waited =
      pause === undefined
        ? pauseBeforeRetry(world, seat, attempt)
        : world.clock.sleep(Math.max(LEAST_RETRY_MS, pause), signal);
    const exit = await Promise.race([waited, ended, probing.expired]);
    if (exit) return exit;
  }
  probing.close();
  Object.assign(instance, { ready: true, reason: "RUNNING", crashesInARow: 0 });
  seat.occupy(container);
  seat.changed();
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    ended.then((exit) => {
      signal.removeEventListener("abort", onAbort);
      resolve(exit);
    }, reject);
  });
}

async function afterExit(
  world: InstanceWorld,
  seat: InstanceSeat,
  exit: ContainerExit,
  startedAt: number,
): Promise<void> {
  const { instance } = seat;
  const { exitCode } = exit;
  const now = world.clock.now();
  if (exit instanceof ProcessRestart) {
    instance.lastRun = { exitCode, reason: "Completed", startedAt, finishedAt: now };
    instance.ready = false;
    instance.restartCount += 1;
    seat.event("Normal", "Killing", "Container worker0 was restarted on request");
    return;
  }
  const reason = exitCode === 137 ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
  instance.lastRun = { exitCode, reason, startedAt, finishedAt: now };
  instance.container = { status: "Waiting", reason: "CrashLoopBackOff", at: now };
  instance.crashesInARow += 1;
  instance.ready = false;
  instance.reason = "CrashLoopBackOff";
  seat.occupy(undefined);
  if (reason === "OOMKilled") seat.event("Warning", "Failed", "Container worker0 was OOMKilled");
  seat.event("Warning", "BackOff", "Back-off restarting failed container");
  instance.gaveUp = instance.crashesInARow >= MAX_CRASHES;
  seat.changed();
  if (instance.gaveUp) return;
  await world.clock.sleep(scaled(world, TIMINGS.backOff * 2 ** (instance.crashesInARow - 1)), seat.signal);
  instance.restartCount += 1;
}
