import { createHash } from "node:crypto";
import type { ServiceEvent } from "@/lib/eas/types";
import type { Failure } from "./failure";
import { lastException } from "./last-words";
import { eventText, lineTime, type Observation, subjectOf } from "./observation";
import { landmarkOf, type Stage } from "./stages";
import type { TimelineKind } from "./timeline-merge";

/** What one look adds to the story of a service. The same thing seen again has the same fingerprint. */
export interface TimelineDraft {
  at: string;
  kind: TimelineKind;
  level: "info" | "warning";
  code: string;
  params?: Record<string, string | number>;
  text: string;
  fingerprint: string;
}

const short = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 16);

export function toEntries(
  observation: Observation,
  stages: readonly Stage[],
  failure: Failure | undefined,
): TimelineDraft[] {
  const { service, events, log, instances } = observation;
  return [
    ...eventEntries(service.id, events),
    ...logEntries(service.id, subjectOf(instances)?.name ?? "", log),
    ...stageEntries(service.id, stages, failure),
  ];
}

/** Several instances may say the same in the same second: those are told apart by their number. */
function eventEntries(serviceId: string, events: readonly ServiceEvent[]): TimelineDraft[] {
  const seen = new Map<string, number>();
  return events.map(({ time, type, reason, message, resource }) => {
    const same = `e:${serviceId}:${time}:${short(`${resource}\n${reason}\n${message}`)}`;
    const count = (seen.get(same) ?? 0) + 1;
    seen.set(same, count);
    return {
      at: time,
      kind: "event",
      level: type === "Warning" ? "warning" : "info",
      code: reason,
      text: eventText(message),
      fingerprint: `${same}:${count}`,
    };
  });
}

/** Landmarks, and the words that a program ended with. Lines without a stamp cannot be told apart from each other. */
function logEntries(serviceId: string, instance: string, log: readonly string[]): TimelineDraft[] {
  const exception = lastException(log)?.split("\n")[0];
  return log.flatMap((line): TimelineDraft[] => {
    const at = lineTime(line);
    const landmark = landmarkOf(line);
    const isEnd = exception !== undefined && line.endsWith(exception);
    if (!at || !(landmark || isEnd)) return [];
    return [
      {
        at,
        kind: "log",
        level: isEnd ? "warning" : "info",
        code: landmark ?? "exception",
        text: line,
        fingerprint: `l:${serviceId}:${instance}:${short(line)}`,
      },
    ];
  });
}

/** Only what has a moment of its own: stages of a start that nobody watched have none. */
function stageEntries(serviceId: string, stages: readonly Stage[], failure: Failure | undefined): TimelineDraft[] {
  const run = stages[0]?.startedAt ?? "";
  const entries = stages.flatMap(({ id, state, startedAt, endedAt }): TimelineDraft[] => {
    if (state !== "done" || !endedAt) return [];
    const took = startedAt ? Date.parse(endedAt) - Date.parse(startedAt) : undefined;
    const params = took !== undefined && took >= 0 ? { tookMs: took } : undefined;
    const fingerprint = `s:${serviceId}:${run}:${id}`;
    return [{ at: endedAt, kind: "stage", level: "info", code: id, params, text: "", fingerprint }];
  });
  if (failure?.proof.time)
    entries.push({
      at: failure.proof.time,
      kind: "stage",
      level: "warning",
      code: failure.stage,
      params: { ...failure.params, reason: failure.code },
      text: failure.proof.text,
      fingerprint: `f:${serviceId}:${run}:${failure.code}`,
    });
  return entries;
}
