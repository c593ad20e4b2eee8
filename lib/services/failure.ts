import type { ServiceEvent, ServiceInstance } from "@/lib/eas/types";
import { CONTAINER_REASONS, IMAGE_REASONS, MOUNT_REASONS, type ReasonCode } from "./failure-signatures";
import { bareLine, eventsSince, eventText, isReady, type Observation, subjectOf } from "./observation";
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
}

export interface Proof {
  source: "log" | "event" | "service" | "instance";
  text: string;
  time?: string;
}

/** Undefined = nothing speaks against it; a start that takes long is still normal. */
export function explainFailure(observation: Observation): Failure | undefined {
  const { service, instances, events, log } = observation;
  if (["Stopped", "Stopping", "Deleting", "Deleted"].includes(service.status)) return undefined;
  const subject = subjectOf(instances);
  if (service.status === "Running" && (!subject || isReady(subject))) return undefined;
  const recent = eventsSince(events, subject?.createdAt ?? service.updatedAt);
  return (
    (subject && crashed(subject, recent, log, service.status)) ??
    unplaced(recent, subject) ??
    unmounted(recent) ??
    unpulled(recent) ??
    unprobed(recent) ??
    refused(observation)
  );
}

const pod = ({ resource }: ServiceEvent) => resource !== "Service";
const toProof = (event: ServiceEvent): Proof => ({ source: "event", text: eventText(event.message), time: event.time });

/** The last event that complains, unless a later one says that it is over. */
function standing(
  events: readonly ServiceEvent[],
  complains: (event: ServiceEvent) => boolean,
  cures: readonly string[],
): ServiceEvent | undefined {
  const complaint = events.findLastIndex((event) => pod(event) && complains(event));
  const cure = events.findLastIndex((event) => pod(event) && cures.includes(event.reason));
  return complaint > cure ? events[complaint] : undefined;
}

const CRASH_WORDS = /^(CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|Completed)$/;

function crashed(
  instance: ServiceInstance,
  events: readonly ServiceEvent[],
  log: readonly string[],
  status: string,
): Failure | undefined {
  if (isReady(instance)) return undefined;
  const backOff = events.findLast(
    (event) => pod(event) && /back-?off restarting|crashed|OOMKilled/i.test(event.message),
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
  const message = lastException(log);
  if (message) return { ...base, ...matchMessage(message), proof: { source: "log", text: message } };
  const proof: Proof = backOff ? toProof(backOff) : { source: "instance", text: instance.reason };
  return { ...base, code: "crash_silent", params: { restarts: instance.restartCount }, proof };
}

/** The message under the last traceback: from its first line without indentation to the next log record. */
export function lastException(log: readonly string[]): string | undefined {
  const lines = log.map(bareLine);
  const start = lines.findLastIndex((line) => line.startsWith("Traceback (most recent call last)"));
  if (start < 0) return undefined;
  const head = lines.findIndex((line, index) => index > start && /^[A-Za-z_][\w.]*(?::|$)/.test(line));
  if (head < 0) return undefined;
  const rest = lines.slice(head + 1);
  const end = rest.findIndex((line) => !/^\s+\S/.test(line));
  return [lines[head], ...rest.slice(0, end < 0 ? rest.length : end)].join("\n");
}

function matchMessage(message: string): Pick<Failure, "code" | "params"> {
  for (const { code, pattern } of CONTAINER_REASONS) {
    const match = pattern.exec(message);
    if (match) return { code, params: { ...match.groups } };
  }
  return { code: "container_message", params: { message } };
}

function unplaced(events: readonly ServiceEvent[], instance: ServiceInstance | undefined): Failure | undefined {
  const event = standing(events, ({ reason }) => reason === "FailedScheduling", ["Scheduled"]);
  if (!event) return undefined;
  const type = /instance type \[?([\w.,-]+)\]?/i.exec(event.message)?.[1] ?? instance?.instanceType;
  const sold = /out of stock|no.?stock|sold out/i.test(event.message);
  return {
    code: sold ? "out_of_stock" : "unschedulable",
    params: type ? { instanceType: type } : {},
    stage: "resources",
    retrying: true,
    proof: toProof(event),
  };
}

function unmounted(events: readonly ServiceEvent[]): Failure | undefined {
  const event = standing(events, ({ reason }) => /^Failed(Mount|AttachVolume)$/.test(reason), [
    "Pulling",
    "Pulled",
    "Created",
    "Started",
  ]);
  if (!event) return undefined;
  const match = MOUNT_REASONS.find(({ pattern }) => pattern.test(event.message));
  const params = { ...match?.pattern.exec(event.message)?.groups };
  return { code: match?.code ?? "mount_failed", params, stage: "mounts", retrying: true, proof: toProof(event) };
}

function unpulled(events: readonly ServiceEvent[]): Failure | undefined {
  const isPull = ({ message }: ServiceEvent) =>
    /failed to pull image|ErrImagePull|ImagePullBackOff|Back-off pulling/i.test(message);
  if (!standing(events, isPull, ["Pulled", "Created", "Started"])) return undefined;
  // The short events in between say nothing; the last long one carries the registry's words.
  const event = events.findLast(({ message }) => /failed to pull image/i.test(message)) ?? events.findLast(isPull);
  if (!event) return undefined;
  const match = IMAGE_REASONS.find(({ pattern }) => pattern.test(event.message));
  const image = /pull(?:ing)? image "([^"]+)"/i.exec(event.message)?.[1];
  return {
    code: match?.code ?? "image_failed",
    params: image ? { image } : {},
    stage: "image",
    retrying: true,
    proof: toProof(event),
  };
}

function unprobed(events: readonly ServiceEvent[]): Failure | undefined {
  const event = standing(events, ({ reason, message }) => reason === "Unhealthy" || /probe failed/i.test(message), [
    "Started",
    "Killing",
  ]);
  if (!event) return undefined;
  const port = /:(\d{2,5})(?=[:/ ])/.exec(event.message)?.[1];
  const reserved = /reserved/i.test(event.message);
  const silent = /connection refused|connect:|dial tcp/i.test(event.message);
  return {
    code: reserved ? "port_reserved" : silent ? "port_silent" : "probe_failed",
    params: port ? { port } : {},
    stage: "answering",
    retrying: true,
    proof: toProof(event),
  };
}

function refused({ service }: Observation): Failure | undefined {
  if (service.status !== "Failed" && service.status !== "DeleteFailed") return undefined;
  const text = service.message || service.reason;
  return {
    code: "service_message",
    params: { message: text },
    stage: "accepted",
    retrying: false,
    proof: { source: "service", text, time: service.updatedAt },
  };
}
