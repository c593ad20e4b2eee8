import { factsOf } from "./facts";
import type { Failure, Proof } from "./failure";
import { toProof } from "./failure-platform";
import { bareLine, isReady, lineTime, type Observation, workersOf } from "./observation";
import type { Stage } from "./stages";

/** The last call of ours that the gateway or the container refused. */
export interface RefusedCall {
  code: number;
  message: string;
  at: string;
}

/** What happened longer ago says nothing about now. */
const RECENT_MS = 60 * 60_000;

/** A service that serves may still be in trouble: it was killed and came back, its card is too small, it answers too late. */
export function explainTrouble(
  observation: Observation,
  now: number,
  refusedCall: RefusedCall | undefined = undefined,
): Failure | undefined {
  const { service, instances, log } = observation;
  if (service.status !== "Running") return undefined;
  const base = { params: {}, stage: "answering", retrying: false, serving: true } as const;
  const isRecent = (at: string | undefined) => at !== undefined && now - Date.parse(at) < RECENT_MS;
  const killed = oomKilled(observation, isRecent);
  if (killed) return { ...base, code: "host_memory_restarted", proof: killed };
  const line = log.findLast((one) => /CUDA out of memory|OutOfMemoryError/.test(one));
  if (line !== undefined && isRecent(lineTime(line)) && workersOf(instances).some(isReady))
    return {
      ...base,
      code: "gpu_memory_request",
      proof: { source: "log", text: bareLine(line), time: lineTime(line) },
    };
  if (refusedCall?.code === 408 && isRecent(refusedCall.at))
    return {
      ...base,
      code: "keepalive",
      proof: { source: "call", text: `408 ${refusedCall.message}`.trim(), time: refusedCall.at },
    };
  return undefined;
}

function oomKilled(
  { instances, events, containers }: Observation,
  isRecent: (at: string | undefined) => boolean,
): Proof | undefined {
  const worker = workersOf(instances).find(
    ({ name, restartCount, lastState }) =>
      restartCount > 0 &&
      (JSON.stringify(lastState).includes("OOMKilled") ||
        containers[name]?.some(({ last }) => last?.reason === "OOMKilled")),
  );
  if (!worker) return undefined;
  const event = events.find(({ message }) => /OOMKilled/.test(message));
  if (event) return isRecent(event.time) ? toProof(event) : undefined;
  const at = containers[worker.name]?.find(({ last }) => last)?.last?.at;
  return isRecent(at) ? { source: "instance", text: "OOMKilled", time: at } : undefined;
}

/** Without a comparison a stage that takes longer than this is worth a look. */
const PATIENCE_MS = 15 * 60_000;
/** A stage is allowed so many times its usual. */
const USUAL_FACTOR = 3;

/** Something takes far too long and nothing says why: what was seen, all together, and no guess. */
export function explainStuck(observation: Observation, stages: readonly Stage[], now: number): Failure | undefined {
  const at = stages.findIndex(({ state }) => state === "current");
  const current = stages[at];
  // Where nothing tells when it began, the last that is known is the earliest that it can have been.
  const since = stages.slice(0, at + 1).findLast(({ startedAt }) => startedAt !== undefined)?.startedAt;
  if (!current || !since || current.id === "first_image") return undefined;
  const limit = current.usualMs === undefined ? PATIENCE_MS : Math.max(60_000, current.usualMs * USUAL_FACTOR);
  if (now - Date.parse(since) < limit) return undefined;
  const facts = factsOf(observation);
  const [proof = { source: "service", text: observation.service.status } as const] = facts;
  return { code: "unknown", params: {}, stage: current.id, retrying: true, proof, facts };
}
