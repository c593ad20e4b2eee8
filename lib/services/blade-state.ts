import { bareLine, lineTime } from "./observation";
import type { Snapshot } from "./snapshot";

/** What is known of Blade in one service; what is not known is not said. */
export type Blade =
  | { state: "off" }
  | { state: "unknown" | "loading" | "on" | "copied" | "optimized" }
  | { state: "optimizing"; since?: string; parts: number; of: number }
  | { state: "failed"; why: BladeFailure; text: string };

export type BladeFailure = "hardware" | "sd2" | "damaged" | "other";

/** The service's authors say about half an hour (diffusers-service.md §2). */
export const OPTIMIZING_MS = 30 * 60_000;

const PARTS = ["encoder.pt", "unet.pt", "decoder.pt"];
const CONTROLNET_PARTS = ["encoder.pt", "controlnet.pt", "unet.pt", "decoder.pt"];

const FAILURES: readonly [pattern: RegExp, why: BladeFailure][] = [
  [/no kernel image|No CUDA GPUs/, "hardware"],
  [/UnetWrapper|size mismatch/, "sd2"],
  [/PytorchStreamReader|central directory/, "damaged"],
];

/** What a picture says of the moment it was made. */
export interface BladeWitness {
  createdAt: string;
  useBlade?: boolean;
}

/** From the flags, the log, the objects in optimized_model/, and what the newest picture of this start said of itself. */
export function bladeOf(
  { service, log, optimizedModel, instances }: Pick<Snapshot, "service" | "log" | "optimizedModel" | "instances">,
  pictures: readonly BladeWitness[],
): Blade | undefined {
  const flags = service?.flags;
  if (!flags) return undefined;
  if (!flags.blade) return { state: "off" };
  const start = startOf(instances);
  const newest = pictures.find(({ createdAt }) => Date.parse(createdAt) >= start);
  const lines = log.lines.map(bareLine);
  const at = (pattern: RegExp) => lines.findLastIndex((line) => pattern.test(line));
  const failed = at(/Load .*blade model.* failed!|^Process Process-1:/);
  const loaded = at(/load blade model (?:with controlnet )?to init/i);
  const copying = at(/Copying default blade model/);
  const optimizing = at(/blade model is optimizing now/);
  if (failed > Math.max(loaded, copying, optimizing)) return failure(lines, failed);
  // The picture's own word is newer than anything at the start.
  if (newest?.useBlade === true || loaded > Math.max(copying, optimizing)) return { state: "on" };
  const wanted = flags.func === "controlnet" ? CONTROLNET_PARTS : PARTS;
  const found = (optimizedModel ?? []).filter(({ name }) => wanted.includes(name));
  const progress = { parts: found.length, of: wanted.length };
  if (optimizing > copying) {
    if (progress.parts === progress.of) return { state: "optimized" };
    return { state: "optimizing", since: lineTime(log.lines[optimizing] ?? ""), ...progress };
  }
  if (copying >= 0) return { state: service.status === "Running" ? "copied" : "loading" };
  // A long log no longer shows how it began: what was written since then does.
  const isOfThisStart = found.some((part) => Date.parse(part.at) >= start);
  if (isOfThisStart && progress.parts < progress.of) return { state: "optimizing", ...progress };
  if (isOfThisStart && newest?.useBlade === false) return { state: "optimized" };
  return { state: "unknown" };
}

/** When the process that answers was started, as far as it is known: what was before says nothing about it. */
function startOf(instances: Snapshot["instances"]): number {
  const workers = instances.filter(({ role, status }) => role !== "Queue" && status !== "Terminating");
  const starts = workers.map(({ startedAt, createdAt, lastExit }) =>
    Math.max(...[startedAt, createdAt, lastExit?.at].map((time) => (time ? Date.parse(time) || 0 : 0))),
  );
  return Math.max(0, ...starts);
}

/** The traceback stands before the line that gives up, or after the one that names the process. */
function failure(lines: readonly string[], at: number): Blade {
  const near = lines.slice(Math.max(0, at - 12), at + 12).join("\n");
  const why = FAILURES.find(([pattern]) => pattern.test(near))?.[1] ?? "other";
  return { state: "failed", why, text: lines[at] ?? "" };
}
