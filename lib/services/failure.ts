import type { ServiceEvent, ServiceInstance } from "@/lib/eas/types";
import { withFacts } from "./facts";
import {
  endedByProbe,
  isPod,
  reclaimed,
  refused,
  refusedByAccount,
  toProof,
  unmounted,
  unplaced,
  unprobed,
  unpulled,
} from "./failure-platform";
import { CONTAINER_REASONS, type Match, matchOf, type ReasonCode } from "./failure-signatures";
import { finalWords } from "./last-words";
import { awaitsNewVersion, eventsSince, isReady, type Observation, subjectOf } from "./observation";
import type { StageId } from "./stage-id";

/** Why a service does not come up: one reason, the words that prove it, the stage it hangs in. */
export interface Failure {
  /** Texts: `reasons.<code>.title` and `.next`. */
  code: ReasonCode;
  params: Record<string, string | number>;
  stage: StageId;
  /** EAS keeps trying by itself: it heals once the cause is gone. */
  retrying: boolean;
  proof: Proof;
  /** The service answers all the same: a trouble of its work, not of its start. */
  serving?: boolean;
  /** Where nobody knows the cause: everything that was seen, instead of a guess. */
  facts?: Proof[];
}

export interface Proof {
  source: "log" | "event" | "service" | "instance" | "diagnosis" | "call";
  text: string;
  time?: string;
}

/** Undefined = nothing speaks against it; a start that takes long is still normal. */
export function explainFailure(observation: Observation): Failure | undefined {
  const { service, instances, events } = observation;
  if (["Stopped", "Stopping", "Deleting", "Deleted"].includes(service.status)) return undefined;
  const subject = subjectOf(instances);
  if (service.status === "Running" && (!subject || isReady(subject))) return undefined;
  if (awaitsNewVersion(observation)) return undefined;
  const recent = eventsSince(events, subject?.createdAt ?? service.updatedAt);
  const failure =
    (subject && crashed(subject, recent, observation)) ??
    reclaimed(observation) ??
    unplaced(recent, subject, service.config) ??
    unmounted(recent) ??
    unpulled(recent) ??
    unprobed(recent) ??
    refusedByAccount(observation) ??
    refused(observation);
  return withFacts(failure, observation);
}

const CRASH_WORDS = /^(CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|Completed)$/;

function crashed(
  instance: ServiceInstance,
  events: readonly ServiceEvent[],
  { service: { status }, log, previousLines = 0 }: Observation,
): Failure | undefined {
  if (isReady(instance)) return undefined;
  const backOff = events.findLast(
    (event) => isPod(event) && /back-?off restarting|crashed|OOMKilled/i.test(event.message),
  );
  const evident = CRASH_WORDS.test(instance.reason) || instance.restartCount > 0 || backOff !== undefined;
  if (!evident) return undefined;
  const base = { stage: "loading" as const, retrying: status !== "Failed" };
  const oom = events.findLast(({ message }) => /OOMKilled/.test(message));
  if (oom || instance.reason === "OOMKilled" || JSON.stringify(instance.lastState).includes("OOMKilled"))
    return {
      ...base,
      code: "host_memory",
      params: {},
      proof: oom ? toProof(oom) : { source: "instance", text: "OOMKilled" },
    };
  const byProbe = endedByProbe(events, base.retrying);
  if (byProbe) return byProbe;
  // The run that goes on has not ended yet, or in silence: then the one before it speaks.
  const said = lastSaid(log.slice(previousLines)) ?? lastSaid(log.slice(0, previousLines));
  if (said) return { ...base, ...said.match, proof: { source: "log", text: said.text } };
  const proof = backOff ? toProof(backOff) : ({ source: "instance", text: instance.reason } as const);
  const restarts = instance.restartCount;
  return hasServed(events)
    ? { ...base, code: "crash_request", params: { restarts }, proof }
    : { ...base, code: "crash_silent", params: { restarts }, proof };
}

/** It had answered before it ended: something that was asked of it is the likely moment, and its own words are missing. */
function hasServed(events: readonly ServiceEvent[]): boolean {
  return events.some((event) => !isPod(event) && /^(Started|Running)$/.test(event.reason));
}

/** The exception that ended the process, or what it said where it has no such thing. */
function lastSaid(run: readonly string[]): { text: string; match: Match } | undefined {
  const words = finalWords(run);
  if (!words) return undefined;
  const { text } = words;
  const match = words.match ?? matchOf(CONTAINER_REASONS, text);
  return { text, match: match ?? { code: "container_message", params: { message: text } } };
}
