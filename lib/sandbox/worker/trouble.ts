import {
  ContainerExit,
  type ContainerResponse,
  type RequestTrouble,
  type StartTrouble,
} from "@/lib/sandbox/core/types";
import type { WorkerLog } from "./log";
import { PythonError } from "./python-error";

/** As the kernel reports a process ended by SIGKILL and by SIGSEGV. */
const KILLED = 137;
const SEGMENTATION_FAULT = 139;

export function pauseOf(trouble: StartTrouble | RequestTrouble | undefined): number {
  return trouble?.kind === "slow" ? trouble.delayMs : 0;
}

/** Thrown while the models come into memory: that is where a host without enough of it ends the process. */
export function troubleAtStart(trouble: StartTrouble | undefined, log: WorkerLog): void {
  if (trouble?.kind === "crash") {
    const end = asTold(trouble, 1, log);
    if (end) throw end;
    throw new PythonError("RuntimeError", "CUDA error: unspecified launch failure");
  }
  if (trouble?.kind === "host-oom") throw killed(log);
}

/** The end of the process, when this request is the one that brings it. */
export function endAtRequest(trouble: RequestTrouble | undefined, log: WorkerLog): ContainerExit | undefined {
  if (trouble?.kind === "host-oom") return killed(log);
  if (trouble?.kind !== "crash") return undefined;
  const end = asTold(trouble, SEGMENTATION_FAULT, log);
  if (end) return end;
  log.print("Segmentation fault (core dumped)");
  return new ContainerExit(SEGMENTATION_FAULT);
}

/** A crash with words or an exit code that somebody chose. */
function asTold(
  { exitCode, lastWords = "" }: { exitCode?: number; lastWords?: string },
  usual: number,
  log: WorkerLog,
): ContainerExit | undefined {
  if (exitCode === undefined && lastWords === "") return undefined;
  for (const line of lastWords === "" ? [] : lastWords.split(/\r?\n/)) log.print(line);
  return new ContainerExit(exitCode ?? usual);
}

function killed(log: WorkerLog): ContainerExit {
  log.print("Killed");
  return new ContainerExit(KILLED);
}

/** The status stays right: only who reads the body notices. */
export function corrupted(response: ContainerResponse, how: "cut" | "garbled"): ContainerResponse {
  const half = Math.floor(response.body.byteLength / 2);
  if (how === "cut") return { ...response, body: response.body.slice(0, half) };
  const body = Uint8Array.from(response.body);
  // 0x80–0xff are no UTF-8 on their own, so no reader can take the noise for text.
  for (let at = half; at < Math.min(half + 64, body.length); at++) body[at] = 0x80 | (body[at] ?? 0);
  return { ...response, body };
}
