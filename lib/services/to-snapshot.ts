import { z } from "zod";
import type { ServiceContainer, ServiceInstance } from "@/lib/eas/types";
import { explainFailure } from "./failure";
import { explainStuck, explainTrouble, type RefusedCall } from "./failure-serving";
import { eventsSince, eventText, type Observation, subjectOf } from "./observation";
import { renewalOf } from "./renewal";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot";
import type { StageId } from "./stage-id";
import { toStages } from "./stages";
import { toServiceDetail } from "./view";

/** What the cloud does not know and the store does. */
export interface Beside {
  firstPicture?: Snapshot["firstPicture"];
  usual?: Partial<Record<StageId, number>>;
  refusedCall?: RefusedCall;
  timelineId?: string;
  optimizedModel?: Snapshot["optimizedModel"];
  /** Marks of the instances that a restart is to replace. */
  replaced?: readonly string[];
}

export function toSnapshot(observation: Observation, now: number, beside: Beside = {}): Snapshot {
  const { service, instances, events, log, containers } = observation;
  const { firstPicture, usual, timelineId, optimizedModel } = beside;
  const failure = explainFailure(observation);
  const stages = toStages(observation, { failure, firstImage: firstPicture, usual });
  return {
    ...EMPTY_SNAPSHOT,
    service: toServiceDetail(service),
    instances: instances.map((instance) => toInstanceView(instance, containers[instance.name] ?? [])),
    events: eventsSince(events, undefined)
      .map((event) => ({ ...event, message: eventText(event.message) }))
      .reverse(),
    log: { instance: subjectOf(instances)?.name, lines: log },
    stages,
    failure: failure ?? explainTrouble(observation, now, beside.refusedCall) ?? explainStuck(observation, stages, now),
    firstPicture,
    timelineId,
    optimizedModel,
    restart: restartOf(observation, beside.replaced),
  };
}

function restartOf({ service, instances }: Observation, replaced: readonly string[] | undefined): Snapshot["restart"] {
  if (!replaced) return undefined;
  const { done, count } = renewalOf(replaced, instances, service.instances);
  return { done, count };
}

function toInstanceView(
  { innerIp: _, lastState, ...shown }: ServiceInstance,
  containers: readonly ServiceContainer[],
): Snapshot["instances"][number] {
  return {
    ...shown,
    lastExit: lastExitOf(lastState, containers),
    containers: containers.map(({ name, ready, restartCount, status, reason, since }) => ({
      name,
      ready,
      restartCount,
      status,
      reason,
      since,
    })),
  };
}

/** Kubernetes' container state, which EAS passes on as a free object (eas-openapi.md §6.2). */
const LastStateSchema = z.object({
  terminated: z.object({
    exitCode: z.number().optional(),
    reason: z.string().optional(),
    finishedAt: z.string().optional(),
  }),
});

function lastExitOf(lastState: unknown, containers: readonly ServiceContainer[]) {
  const states = Array.isArray(lastState) ? lastState : [];
  const [last] = states.flatMap((state) => LastStateSchema.safeParse(state).data ?? []);
  if (last) {
    const { exitCode, reason = "", finishedAt } = last.terminated;
    return { code: exitCode, reason, at: finishedAt || undefined };
  }
  const ended = containers.find(({ last: run }) => run)?.last;
  return ended && { reason: ended.reason, at: ended.at };
}
