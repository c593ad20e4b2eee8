import type { Failure, Proof } from "./failure";
import { diagnosisProof, toProof } from "./failure-platform";
import type { ReasonCode } from "./failure-signatures";
import { bareLine, eventsSince, lineTime, type Observation, subjectOf } from "./observation";

/** Reasons that repeat what somebody said, or that nobody said anything: no cause is known. */
const UNEXPLAINED: readonly ReasonCode[] = ["service_message", "container_message", "crash_silent"];

/** With everything that was seen where the cause is not known: the proof first, and nothing twice. */
export function withFacts(failure: Failure | undefined, observation: Observation): Failure | undefined {
  if (!failure || !UNEXPLAINED.includes(failure.code)) return failure;
  const { proof } = failure;
  const others = factsOf(observation).filter(
    ({ source, text }) => text !== "" && !(source === proof.source && proof.text.includes(text)),
  );
  return { ...failure, facts: [proof, ...others] };
}

/** The newest word of each side. */
export function factsOf({ service, instances, events, log, containers, diagnosis }: Observation): Proof[] {
  const subject = subjectOf(instances);
  const event = eventsSince(events, undefined).at(-1);
  const line = log.at(-1);
  const [container] = (subject && containers[subject.name]) ?? [];
  const facts: (Proof | undefined)[] = [
    service.message ? { source: "service", text: service.message, time: service.updatedAt } : undefined,
    event && { ...toProof(event), text: `${event.reason}: ${toProof(event).text}` },
    container && {
      source: "instance",
      text: [container.name, container.status, container.reason].filter(Boolean).join(" "),
      time: container.since,
    },
    line === undefined ? undefined : { source: "log", text: bareLine(line), time: lineTime(line) },
    ...diagnosis.map(diagnosisProof),
  ];
  return facts.filter((fact) => fact !== undefined);
}
