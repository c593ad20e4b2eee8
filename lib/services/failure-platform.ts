import type { ServiceEvent, ServiceInstance } from "@/lib/eas/types";
import type { Failure, Proof } from "./failure";
import { IMAGE_REASONS, MOUNT_REASONS, matchOf, type ReasonCode, SERVICE_REASONS } from "./failure-signatures";
import { eventsSince, eventText, type Observation } from "./observation";

/* What keeps an instance from its process: a place, mounts, the image, probes, and EAS's own word for the whole service. */

export const isPod = ({ resource }: ServiceEvent) => resource !== "Service";
export const toProof = (event: ServiceEvent): Proof => ({
  source: "event",
  text: eventText(event.message),
  time: event.time,
});

/** The last event that complains, unless a later one says that it is over. */
function standing(
  events: readonly ServiceEvent[],
  complains: (event: ServiceEvent) => boolean,
  cures: readonly string[],
): ServiceEvent | undefined {
  const complaint = events.findLastIndex((event) => isPod(event) && complains(event));
  const cure = events.findLastIndex((event) => isPod(event) && cures.includes(event.reason));
  return complaint > cure ? events[complaint] : undefined;
}

export function unplaced(
  events: readonly ServiceEvent[],
  instance: ServiceInstance | undefined,
  config: string | undefined,
): Failure | undefined {
  const event = standing(events, ({ reason }) => reason === "FailedScheduling", ["Scheduled"]);
  if (!event) return undefined;
  const { message } = event;
  const type = /instance type \[?([\w.,-]+)\]?/i.exec(message)?.[1] ?? instance?.instanceType;
  return {
    code: placeReason(message, config),
    params: type ? { instanceType: type } : {},
    stage: "resources",
    retrying: true,
    proof: toProof(event),
  };
}

function placeReason(message: string, config: string | undefined): ReasonCode {
  // An account that may have nothing more finds no place either.
  const account = matchOf(SERVICE_REASONS, message)?.code;
  if (account === "arrears" || account === "quota") return account;
  if (/out of stock|no.?stock|sold out/i.test(message)) return "out_of_stock";
  // A resource group of one's own, which only oneself can make larger.
  if (/"resource"\s*:\s*"eas-r-/.test(config ?? "")) return "group_full";
  return /Insufficient nvidia\.com\/gpu/i.test(message) ? "gpu_count" : "unschedulable";
}

export function unmounted(events: readonly ServiceEvent[]): Failure | undefined {
  const cures = ["Pulling", "Pulled", "Created", "Started"];
  const event = standing(events, ({ reason }) => /^Failed(Mount|AttachVolume)$/.test(reason), cures);
  if (!event) return undefined;
  const { code = "mount_failed" as const, params = {} } = matchOf(MOUNT_REASONS, event.message) ?? {};
  return { code, params, stage: "mounts", retrying: true, proof: toProof(event) };
}

export function unpulled(events: readonly ServiceEvent[]): Failure | undefined {
  const isPull = ({ message }: ServiceEvent) =>
    /failed to pull image|ErrImagePull|ImagePullBackOff|Back-off pulling/i.test(message);
  if (!standing(events, isPull, ["Pulled", "Created", "Started"])) return undefined;
  // The short events in between say nothing; the last long one carries the registry's words.
  const event = events.findLast(({ message }) => /failed to pull image/i.test(message)) ?? events.findLast(isPull);
  if (!event) return undefined;
  const image = /pull(?:ing)? image "([^"]+)"/i.exec(event.message)?.[1];
  return {
    // Addresses stand in quotes, and a tag such as :20240115-401 says nothing about the cause.
    code: matchOf(IMAGE_REASONS, event.message.replace(/"[^"\s]+"/g, '""'))?.code ?? "image_failed",
    params: image ? { image } : {},
    stage: "image",
    retrying: true,
    proof: toProof(event),
  };
}

const isUnhealthy = ({ reason, message }: ServiceEvent) => reason === "Unhealthy" || /probe failed/i.test(message);

/** A check that ends the process itself: it had no more patience with a start. */
export function endedByProbe(events: readonly ServiceEvent[], retrying: boolean): Failure | undefined {
  const killing = events.findLastIndex(
    (event) => isPod(event) && event.reason === "Killing" && /probe/i.test(event.message),
  );
  const event = events.slice(0, killing + 1).findLast(isUnhealthy);
  if (!event) return undefined;
  return { code: "probe_budget", params: {}, stage: "loading", retrying, proof: toProof(event) };
}

export function unprobed(events: readonly ServiceEvent[]): Failure | undefined {
  const event = standing(events, isUnhealthy, ["Started", "Killing"]);
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

/** A machine at a bid price was taken back, and another one is being looked for. */
export function reclaimed({ events: unsorted, instances, service }: Observation): Failure | undefined {
  // An instance that waits for its machine does not say yet what kind that will be; the configuration does.
  const isBidFor = /"spot_price_limit"\s*:/.test(service.config ?? "");
  if (!isBidFor && !instances.some(({ isSpot }) => isSpot)) return undefined;
  // It happened to the instance before the one that is looked at.
  const events = eventsSince(unsorted, undefined);
  const event = events.findLast(({ reason, message }) =>
    /preempt|reclaim|evict|spot.*(release|recycle)/i.test(`${reason} ${message}`),
  );
  const cure = events.findLast(({ reason, resource }) =>
    resource === "Service" ? /^(Stopped|Starting)$/.test(reason) : reason === "Started",
  );
  if (!event || (cure && Date.parse(cure.time) > Date.parse(event.time))) return undefined;
  return { code: "spot_reclaimed", params: {}, stage: "resources", retrying: true, proof: toProof(event) };
}

/** The account's own troubles, which EAS tells in the service's message or in an event of the service. */
export function refusedByAccount({ service, events }: Observation): Failure | undefined {
  const told = events.findLast((event) => !isPod(event) && event.type === "Warning");
  for (const proof of [serviceProof(service), told && toProof(told)]) {
    const match = proof && matchOf(SERVICE_REASONS, proof.text);
    if (!match || (match.code === "path_missing" && service.status !== "Failed")) continue;
    return { ...match, stage: "accepted", retrying: service.status !== "Failed", proof };
  }
  return undefined;
}

export function refused({ service, diagnosis }: Observation): Failure | undefined {
  if (service.status !== "Failed" && service.status !== "DeleteFailed") return undefined;
  const base = { stage: "accepted", retrying: false } as const;
  const [found] = diagnosis;
  if (found) return { ...base, code: "diagnosis", params: { error: found.error }, proof: diagnosisProof(found) };
  const proof = serviceProof(service);
  return { ...base, code: "service_message", params: { message: proof.text }, proof };
}

const serviceProof = ({ message, reason, updatedAt }: Observation["service"]): Proof => ({
  source: "service",
  text: message || reason,
  time: updatedAt,
});

export function diagnosisProof({ error, causes, advices }: Observation["diagnosis"][number]): Proof {
  return { source: "diagnosis", text: [error, ...causes, ...advices].join("\n") };
}
