import type { EasClient } from "@/lib/eas/client";
import type { ServiceContainer, ServiceDiagnosis, ServiceInstance } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { readStoryTail } from "./log-tail";
import { isReady, type Observation, subjectOf, workersOf } from "./observation";

export type LookClient = Pick<
  EasClient,
  | "describeService"
  | "listServiceInstances"
  | "listServiceContainers"
  | "describeServiceEvents"
  | "describeServiceLog"
  | "describeServiceDiagnosis"
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
/** Each costs a call; of more instances than these the list alone must do. */
const CONTAINERS_OF = 4;

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
  const isAmiss =
    described.value.status === "Failed" ||
    workersOf(instances).some((one) => !isReady(one) && (one.restartCount > 0 || one.status !== "Running"));
  const [story, containers, diagnosis] = await Promise.all([
    settle(readStoryTail(eas, name, subjectOf(instances))),
    settle(containersOf(eas, name, instances)),
    isAmiss ? settle(eas.describeServiceDiagnosis(name)) : { value: [] as ServiceDiagnosis[], error: undefined },
  ]);
  // A diagnosis that does not answer is no news about the service.
  return {
    isGone: false,
    isFresh: true,
    error: [listed, events, story, containers].find(({ error }) => error && !ABSENT.includes(error.code))?.error,
    observation: {
      service: described.value,
      instances,
      events: events.value?.items ?? before?.events ?? [],
      ...(story.value ?? { log: before?.log ?? [], previousLines: before?.previousLines }),
      containers: containers.value ?? before?.containers ?? {},
      diagnosis: diagnosis.value ?? before?.diagnosis ?? [],
    },
  };
}

/** Those that matter first: what is not ready, then the rest. */
async function containersOf(
  eas: LookClient,
  name: string,
  instances: readonly ServiceInstance[],
): Promise<Record<string, ServiceContainer[]>> {
  const wanted = instances.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, CONTAINERS_OF);
  const found = await Promise.all(
    wanted.map(async (instance): Promise<[string, ServiceContainer[]]> => {
      const { value, error } = await settle(eas.listServiceContainers(name, instance.name));
      if (error && !ABSENT.includes(error.code)) throw error;
      return [instance.name, value ?? []];
    }),
  );
  return Object.fromEntries(found);
}

async function settle<T>(promise: Promise<T>): Promise<{ value?: T; error?: AppError }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: error instanceof AppError ? error : new AppError("internal", { cause: error }) };
  }
}
