import {
  type Container,
  type ContainerEnvironment,
  ContainerExit,
  type ContainerRequest,
  type ContainerResponse,
  type ContainerSpec,
  type StartContainer,
} from "@/lib/sandbox/core/types";
import { parseFlags, programArguments, type Refusal } from "./arguments";
import { ContainerFiles } from "./files";
import { LinkReader } from "./links";
import { createWorkerLog, type WorkerLog } from "./log";
import { createStoreFetcher } from "./network";
import { APP, PythonError } from "./python-error";
import { DiffusersService } from "./service";
import { startService } from "./startup";
import { corrupted, endAtRequest, pauseOf, troubleAtStart } from "./trouble";

/** The image's program listens here with one worker thread. */
const PORT = 8000;
/** As the kernel reports a process ended by SIGTERM. */
const TERMINATED = 143;

/**
 * The diffusers container: the same command line, the same start-up rules and messages, the same answers as the image,
 * but pictures are drawn instead of generated. A request that has been taken is finished even when its caller has gone,
 * so its picture still appears in the result folder, as in the real service.
 */
export const startContainer: StartContainer = (spec, environment) => {
  const lifetime = new AbortController();
  const log = createWorkerLog(environment.clock.now, (line) => {
    if (!lifetime.signal.aborted) environment.log(line);
  });
  const service = start(spec, environment, log, lifetime.signal);
  const ready = service.then(() => ({ port: PORT }));
  // Callers may never look at `ready`; a failed start is theirs to find there.
  ready.catch(() => undefined);
  let queue: Promise<unknown> = ready.catch(() => undefined);

  const answerInTurn = async (request: ContainerRequest): Promise<ContainerResponse> => {
    const running = await service;
    lifetime.signal.throwIfAborted();
    const trouble = environment.trouble?.atRequest?.();
    const end = endAtRequest(trouble, log);
    if (end) {
      lifetime.abort(end);
      throw end;
    }
    const delayMs = pauseOf(trouble);
    if (delayMs > 0) await environment.clock.sleep(delayMs, lifetime.signal);
    const response = await running.process(request, trouble?.kind === "cuda-oom");
    return trouble?.kind === "corrupt" ? corrupted(response, trouble.how) : response;
  };
  const handle: Container["handle"] = (request, signal) => {
    const answer = queue.then(() => answerInTurn(request));
    queue = answer.catch(() => undefined);
    return abortable(answer, signal);
  };
  return { ready, handle, stop: () => lifetime.abort(new ContainerExit(TERMINATED)) };
};

async function start(
  spec: ContainerSpec,
  environment: ContainerEnvironment,
  log: WorkerLog,
  lifetime: AbortSignal,
): Promise<DiffusersService> {
  const sleep = async (ms: number) => {
    lifetime.throwIfAborted();
    const scaled = ms * environment.speed;
    if (scaled > 0) await environment.clock.sleep(scaled, lifetime);
  };
  // The first line of work comes after the caller has its container in hand.
  await Promise.resolve();
  const words = programArguments(spec.command);
  if (!words.ok) throw refused(words.refusal, log);
  const flags = parseFlags(words.value);
  if (!flags.ok) throw refused(flags.refusal, log);
  const files = new ContainerFiles(environment.store, spec.mounts);
  try {
    const trouble = environment.trouble?.atStart?.();
    const delayMs = pauseOf(trouble);
    if (delayMs > 0) await environment.clock.sleep(delayMs, lifetime);
    const beforeLoading = () => troubleAtStart(trouble, log);
    const loaded = await startService({ spec, flags: flags.value, files, log, sleep, beforeLoading });
    lifetime.throwIfAborted();
    log.print(`Starting processor, listening on 0.0.0.0:${PORT}/ with 1 worker thread`);
    return new DiffusersService({
      flags: flags.value,
      loaded,
      files,
      links: new LinkReader(
        environment.fetchLink ?? createStoreFetcher(environment.store, spec.region),
        flags.value.region,
      ),
      log,
      gpu: spec.gpu,
      now: environment.clock.now,
      sleep,
    });
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    log.traceback(error, [
      [APP, 930, "<module>"],
      [APP, 881, "run"],
      [APP, 62, "initialize"],
    ]);
    throw new ContainerExit(1);
  }
}

function refused({ exitCode, lines }: Refusal, log: WorkerLog): ContainerExit {
  for (const line of lines) log.print(line);
  return new ContainerExit(exitCode);
}

/** Lets the caller go when it gives up; the work itself goes on. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
