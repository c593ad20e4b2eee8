import type { EasClient } from "@/lib/eas/client";
import { AppError } from "@/lib/errors";
import { explainFailure } from "./failure";
import { readStoryTail } from "./log-tail";
import { eventsSince, eventText, type Observation, subjectOf } from "./observation";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot";
import { toStages } from "./stages";
import { toServiceDetail } from "./view";

export type LookClient = Pick<
  EasClient,
  "describeService" | "listServiceInstances" | "describeServiceEvents" | "describeServiceLog"
>;

/** One look, or what is left of it: parts that failed keep what the look before had seen. */
export interface Look {
  observation?: Observation;
  isGone: boolean;
  /** Whether the service itself was seen; some part of the rest may still have failed. */
  isFresh: boolean;
  error?: AppError;
}

/** Codes that say that a part is not there (an instance has just gone), not that something is wrong. */
const ABSENT = ["not_found", "invalid_input"];

export async function look(eas: LookClient, name: string, before: Observation | undefined): Promise<Look> {
  const described = await settle(eas.describeService(name));
  if (!described.value) {
    const isGone = described.error?.code === "not_found";
    return isGone ? { isGone, isFresh: true } : { isGone, isFresh: false, observation: before, error: described.error };
  }
  const [listed, events] = await Promise.all([
    settle(eas.listServiceInstances(name)),
    settle(eas.describeServiceEvents(name, { pageSize: 200 })),
  ]);
  const instances = listed.value?.items ?? before?.instances ?? [];
  const log = await settle(readStoryTail(eas, name, subjectOf(instances)));
  return {
    isGone: false,
    isFresh: true,
    error: [listed, events, log].find(({ error }) => error && !ABSENT.includes(error.code))?.error,
    observation: {
      service: described.value,
      instances,
      events: events.value?.items ?? before?.events ?? [],
      log: log.value ?? before?.log ?? [],
    },
  };
}

async function settle<T>(promise: Promise<T>): Promise<{ value?: T; error?: AppError }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: error instanceof AppError ? error : new AppError("internal", { cause: error }) };
  }
}

export function toSnapshot(observation: Observation): Snapshot {
  const { service, instances, events, log } = observation;
  const failure = explainFailure(observation);
  return {
    ...EMPTY_SNAPSHOT,
    service: toServiceDetail(service),
    instances: instances.map(({ innerIp: _, lastState: __, ...shown }) => shown),
    events: eventsSince(events, undefined)
      .map((event) => ({ ...event, message: eventText(event.message) }))
      .reverse(),
    log: { instance: subjectOf(instances)?.name, lines: log },
    stages: toStages(observation, { failure }),
    failure,
  };
}
