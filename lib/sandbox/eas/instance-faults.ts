import type { FaultParameters } from "@/lib/sandbox/core/fault-kinds";
import type { FaultOccasion, Faults } from "@/lib/sandbox/core/faults";
import type {
  Container,
  ContainerEnvironment,
  ContainerSpec,
  ContainerTrouble,
  RequestTrouble,
  StartTrouble,
} from "@/lib/sandbox/core/types";
import type { PullFailure } from "./images";
import type { InstanceSeat, InstanceWorld } from "./instance-run";
import { fullRoom, type Room } from "./own-group";

/*
 * Faults on demand in the life of an instance, in the words of the table of causes (reference: eas-service-lifecycle.md §4).
 * Each is asked for at the step that it concerns, so an instance goes on by itself once its fault is gone.
 */

type World = Pick<InstanceWorld, "faults" | "region">;
type Seat = Pick<InstanceSeat, "spec" | "instance">;

const occasionOf = ({ spec, instance }: Seat): FaultOccasion => ({ service: spec.name, instance: instance.name });

/** Nothing is asked where nothing was put in. */
const active = ({ faults }: World): Faults | undefined => (faults?.any ? faults : undefined);

export function isSoldOut(world: World, seat: Seat, instanceType: string): boolean {
  const fits = (fault: FaultParameters<"out-of-stock">) =>
    fault.instanceType === "*" || fault.instanceType === instanceType;
  return active(world)?.takeIf("out-of-stock", occasionOf(seat), fits) !== undefined;
}

/** Others of the account fill its own group. */
export function overfull(world: World, seat: Seat): Room | undefined {
  return active(world)?.take("group-full", occasionOf(seat)) && fullRoom();
}

/** While it lasts no machine that is bid for can be had; taking them away uses the fault up, not this. */
export function isReclaimed(world: World, seat: Seat): boolean {
  return active(world)?.peek("spot-reclaimed", occasionOf(seat)) !== undefined;
}

export function isInArrears(world: World, seat: Seat): boolean {
  return active(world)?.peek("arrears", occasionOf(seat)) !== undefined;
}

/** The wording of a failed mount is not documented; this is Kubernetes' frame around the vendor's own errors. */
export function mountTrouble(world: World, seat: Seat): string | undefined {
  const mount = seat.spec.ossMounts[0];
  const fault = mount && active(world)?.take("mount-failure", occasionOf(seat));
  if (!fault) return undefined;
  const why = {
    "no-bucket": `oss bucket ${mount.bucket} check failed: NoSuchBucket, The specified bucket does not exist.`,
    forbidden: `oss bucket ${mount.bucket} check failed: AccessDenied, You have no right to access this object because of bucket acl.`,
    timeout: `oss bucket ${mount.bucket} check failed: dial tcp: i/o timeout`,
  }[fault.reason];
  return `MountVolume.SetUp failed for volume "${mount.mountPath}": ${why}`;
}

export function pullTrouble(world: World, seat: Seat): PullFailure | undefined {
  const fault = active(world)?.take("image-pull-failure", occasionOf(seat));
  if (!fault) return undefined;
  const { image } = seat.spec;
  const host = image.split("/")[0] ?? "";
  const head = `failed to do request: Head "https://${host}/v2/": dial tcp`;
  const why = {
    denied: `failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization`,
    unauthorized: `failed to resolve reference "${image}": failed to authorize: unexpected status: 401 Unauthorized`,
    "no-such-host": `${head}: lookup ${host}: no such host`,
    timeout: `${head}: i/o timeout`,
    "no-space": "failed to extract layer: write /var/lib/containerd: no space left on device",
  }[fault.reason];
  return { message: `Failed to pull image "${image}": rpc error: code = Unknown desc = ${why}` };
}

/** Each failed probe uses up one occurrence. */
export function probeTrouble(world: World, seat: Seat): string | undefined {
  const fault = active(world)?.takeIf("stuck-waiting", occasionOf(seat), ({ how }) => how === "probe");
  return fault && "Readiness probe failed: HTTP probe failed with statuscode: 500";
}

/** A process that meets, at its start and at each request, what was asked for. */
export function startOnDemand(world: InstanceWorld, seat: InstanceSeat, spec: ContainerSpec): Container {
  const { store, clock, faults, speed } = world;
  const environment: ContainerEnvironment = { store, clock, speed, log: seat.log };
  if (!faults) return world.startContainer(spec, environment);
  const occasion = occasionOf(seat);
  const slow = faults.take("slow-start", occasion);
  let hasStarted = false;
  const container = world.startContainer(spec, {
    ...environment,
    get speed() {
      return hasStarted ? speed : speed * (slow?.factor ?? 1);
    },
    trouble: troubleOf(faults, occasion, slow?.delayMs ?? 0),
  });
  const ready = container.ready.then(async (listening) => {
    hasStarted = true;
    await untilItListens(faults, occasion, seat.signal);
    return listening;
  });
  ready.catch(() => undefined);
  return { ...container, ready };
}

function troubleOf(faults: Faults, occasion: FaultOccasion, delayMs: number): ContainerTrouble {
  const end = (moment: "start" | "request"): (StartTrouble & RequestTrouble) | undefined => {
    if (!faults.any) return undefined;
    const crash = faults.takeIf("crash-loop", occasion, ({ when }) => when === moment);
    if (crash) return { kind: "crash", exitCode: crash.exitCode, lastWords: crash.lastWords };
    return faults.takeIf("host-oom", occasion, ({ when }) => when === moment) && { kind: "host-oom" };
  };
  return {
    atStart: () => end("start") ?? (delayMs > 0 ? { kind: "slow", delayMs } : undefined),
    atRequest: () => end("request") ?? (faults.take("cuda-oom", occasion) && { kind: "cuda-oom" }),
  };
}

/** A process that never listens does so for good when its fault was used up, else until the fault is gone. */
async function untilItListens(faults: Faults, occasion: FaultOccasion, signal: AbortSignal): Promise<void> {
  const isSilent = ({ how }: FaultParameters<"stuck-waiting">) => how === "silent";
  const holds = () => faults.peek("stuck-waiting", occasion, isSilent) !== undefined;
  if (!faults.takeIf("stuck-waiting", occasion, isSilent)) return;
  const isForGood = !holds();
  await new Promise<void>((resolve, reject) => {
    const stop = faults.onChange(() => {
      if (isForGood || holds()) return;
      stop();
      resolve();
    });
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
