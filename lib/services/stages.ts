import type { ServiceEvent } from "@/lib/eas/types";
import { explainFailure, type Failure } from "./failure";
import { awaitsNewVersion, bareLine, eventsSince, isReady, type Observation, subjectOf } from "./observation";
import { STAGE_IDS, type StageId } from "./stage-id";

export interface Stage {
  id: StageId;
  /** `waiting` = its turn has not come. */
  state: "done" | "current" | "waiting" | "failed";
  /** RFC 3339, where something tells. */
  startedAt?: string;
  endedAt?: string;
  /** What the container is at, from its log: `stages.activity.<activity>`. */
  activity?: Activity;
  /** How long it takes as a rule, in this account, with this image, card and size of model. */
  usualMs?: number;
}

export const ACTIVITIES = [
  "starting",
  "converting",
  "converting_lora",
  "loading_model",
  "loading_controlnet",
  "loading_translation",
  "copying_blade",
  "loading_blade",
  "optimizing_blade",
] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Landmarks of the container's log; the last one that appears holds. */
const LANDMARKS: readonly [pattern: RegExp, activity: Activity][] = [
  [/^mount: oss:/, "starting"],
  [/Start converting lora/i, "converting_lora"],
  [/Start converting .*\.(ckpt|safetensors)/, "converting"],
  [/Fetching pipeline components|base model is ready to load|Convert base model successfully/, "loading_model"],
  [/^\/oss\/\S*controlnet$/, "loading_controlnet"],
  [/modelscope.*initiate model/i, "loading_translation"],
  [/Copying default blade model/i, "copying_blade"],
  [/load blade model (?:with controlnet )?to init/i, "loading_blade"],
  [/blade model is optimizing now/i, "optimizing_blade"],
];

export function activityOf(log: readonly string[]): Activity | undefined {
  for (const line of log.toReversed()) {
    const found = landmarkOf(line);
    if (found) return found;
  }
  return undefined;
}

export function landmarkOf(line: string): Activity | undefined {
  const bare = bareLine(line);
  return LANDMARKS.find(([pattern]) => pattern.test(bare))?.[1];
}

export interface StageOptions {
  failure?: Failure;
  firstImage?: FirstImage;
  usual?: Partial<Record<StageId, number>>;
}

/** How far the proof of this version is. */
export interface FirstImage {
  state: "waiting" | "making" | "made" | "failed";
  startedAt: string;
  updatedAt: string;
}

interface Mark {
  done: boolean;
  endedAt?: string;
}

/** The strip; empty for a service that is at rest by somebody's wish. */
export function toStages(observation: Observation, options: StageOptions = {}): Stage[] {
  const { service, log } = observation;
  if (["Stopped", "Stopping", "Deleting", "Deleted"].includes(service.status)) return [];
  const failure = options.failure?.serving ? undefined : (options.failure ?? explainFailure(observation));
  const { startedAt, marks } = readMarks(observation, options);
  const last = STAGE_IDS.findLastIndex((id) => marks[id].done);
  const failed = failure ? STAGE_IDS.indexOf(failure.stage) : -1;
  const current = failed >= 0 ? failed : last + 1;
  return STAGE_IDS.map((id, index) => {
    const state = index < current ? "done" : index > current ? "waiting" : stateAtTheFront(id, failure, options);
    const previous = STAGE_IDS[index - 1];
    return {
      id,
      state,
      startedAt: state === "waiting" ? undefined : beginningOf(id, previous && marks[previous].endedAt),
      endedAt: state === "done" ? marks[id].endedAt : undefined,
      activity: id === "loading" && state === "current" ? activityOf(log) : undefined,
      usualMs: options.usual?.[id],
    };
  });

  /** A picture may be asked for long after the service began to answer. */
  function beginningOf(id: StageId, previousEnd: string | undefined): string | undefined {
    if (id === "accepted") return startedAt;
    if (id === "first_image") return options.firstImage?.startedAt;
    return previousEnd;
  }
}

/** The first picture is somebody's to ask for: nothing is under way until they do. */
function stateAtTheFront(id: StageId, failure: Failure | undefined, { firstImage }: StageOptions): Stage["state"] {
  if (failure) return "failed";
  if (id !== "first_image") return "current";
  if (firstImage === undefined || firstImage.state === "made") return "waiting";
  return firstImage.state === "failed" ? "failed" : "current";
}

function readMarks(observation: Observation, { firstImage }: StageOptions) {
  const { service, instances, events, log } = observation;
  const awaits = awaitsNewVersion(observation);
  const subject = awaits ? undefined : subjectOf(instances);
  const since = eventsSince(events, subject?.createdAt ?? service.updatedAt);
  const first = (...reasons: string[]) =>
    since.find(({ resource, reason }) => resource !== "Service" && reasons.includes(reason))?.time;
  const running = service.status === "Running";
  const ready = subject !== undefined && isReady(subject);
  const launched = !awaits && (subject?.status === "Running" || log.length > 0);
  const started = first("Started") ?? subject?.startedAt;
  const marks: Record<StageId, Mark> = {
    accepted: { done: subject !== undefined || running, endedAt: subject?.createdAt },
    resources: { done: first("Scheduled") !== undefined || launched, endedAt: first("Scheduled") },
    mounts: {
      done: first("Pulling", "Pulled", "Created", "Started") !== undefined,
      endedAt: first("Pulling", "Pulled", "Created"),
    },
    image: {
      done: first("Pulled", "Created", "Started") !== undefined || launched,
      endedAt: started ?? first("Pulled"),
    },
    loading: { done: ready, endedAt: ready ? readyTime(since) : undefined },
    answering: { done: running && (ready || !subject), endedAt: running ? readyTime(since) : undefined },
    first_image: { done: firstImage?.state === "made", endedAt: firstImage?.updatedAt },
  };
  return { startedAt: beginning(events, subject?.createdAt) ?? service.createdAt, marks };
}

/** The service's own word that the rollout is over. */
function readyTime(events: readonly ServiceEvent[]): string | undefined {
  return events.findLast(({ resource, reason }) => resource === "Service" && /^(Started|Updated|Running)$/.test(reason))
    ?.time;
}

const START_REASONS = /^(Creating|Starting|Restarted|Updating|Scaled)$/;
/** One command leaves several events close together; the first of them is when it began. */
const SAME_COMMAND_MS = 60_000;

/** When the command that made this instance was given. */
function beginning(events: readonly ServiceEvent[], createdAt: string | undefined): string | undefined {
  const limit = createdAt ? Date.parse(createdAt) + 1000 : Number.POSITIVE_INFINITY;
  const starts = events
    .filter(
      ({ resource, reason, time }) => resource === "Service" && START_REASONS.test(reason) && Date.parse(time) <= limit,
    )
    .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  let begun = starts[0];
  for (const start of starts) {
    if (begun && Date.parse(begun.time) - Date.parse(start.time) > SAME_COMMAND_MS) break;
    begun = start;
    if (start.reason !== "Updating") break;
  }
  return begun?.time;
}
