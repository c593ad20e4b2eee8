/**
 * When a service that nobody uses is stopped, pure. A label on the service says it for every console and survives all of
 * them; without one the connection's default holds. Who wants a service to start and stop by the clock uses EAS's own cron
 * scaler, which goes on without a console.
 */

export const IDLE_LABEL = "easel-idle";
export const TTL_LABEL = "easel-ttl";

export const GUARD_MODES = ["off", "warn", "stop"] as const;
export type GuardMode = (typeof GUARD_MODES)[number];

export interface GuardDefault {
  mode: GuardMode;
  idleMinutes: number;
  /** 0 = never. */
  remindDays: number;
}

export const NO_GUARD: GuardDefault = { mode: "off", idleMinutes: 60, remindDays: 7 };

export interface GuardRule {
  mode: GuardMode;
  idleMs: number;
  remindMs: number;
  /** When its time is over, used or not. */
  endsAt?: number;
  source: "label" | "default";
  /** A label that says nothing we understand. */
  unreadable?: string;
}

const MINUTE_MS = 60_000;
const UNITS = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 24 * 60 * MINUTE_MS } as const;
/** Less would stop a service between two looks at its first picture. */
export const LEAST_IDLE_MINUTES = 5;

/** `90m`, `2h`, `3d`. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,5})([mhd])$/.exec(text.trim().toLowerCase());
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined;
}

/** `3d` from the service's creation, or a moment: `2026-12-24`, `2026-12-24T18:00Z`. */
export function parseEnd(text: string, createdAt: number): number | undefined {
  const span = parseSpan(text);
  if (span !== undefined) return createdAt + span;
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

export function ruleOf(labels: Readonly<Record<string, string>>, createdAt: number, standard: GuardDefault): GuardRule {
  const remindMs = standard.remindDays * UNITS.d;
  const idle = labels[IDLE_LABEL]?.trim().toLowerCase();
  const ttl = labels[TTL_LABEL];
  const endsAt = ttl === undefined ? undefined : parseEnd(ttl, createdAt);
  const unreadableTtl = ttl !== undefined && endsAt === undefined ? `${TTL_LABEL}: ${ttl}` : undefined;
  const shared = { remindMs, endsAt };
  if (idle === undefined) {
    const { mode, idleMinutes } = standard;
    return { ...shared, mode, idleMs: idleMinutes * MINUTE_MS, source: "default", unreadable: unreadableTtl };
  }
  const span = parseSpan(idle);
  if (idle === "off" || span === undefined || span < LEAST_IDLE_MINUTES * MINUTE_MS) {
    // Whoever wrote a label meant something: what cannot be read never stops a service.
    const unreadable = idle === "off" ? unreadableTtl : `${IDLE_LABEL}: ${idle}`;
    return { ...shared, mode: "off", idleMs: 0, source: "label", unreadable };
  }
  return { ...shared, mode: "stop", idleMs: span, source: "label", unreadable: unreadableTtl };
}

/** How long before it is stopped a person is told. */
export const WARN_MS = 15 * MINUTE_MS;
const warnLead = (idleMs: number) => Math.min(WARN_MS, idleMs / 2);

export type Held = "kept" | "locked" | "in_use" | "use_unknown" | "changing";

export interface GuardFacts {
  now: number;
  /** Instances that answer. */
  isRunning: boolean;
  /** EAS would refuse to stop it now. */
  refusal?: "locked" | "changing";
  /** The last sign of use that is known: a picture, a line of the log, the start itself. */
  usedAt: number;
  /** Something is waiting or being made this moment. */
  isInUse: boolean;
  /** Some sign of use could not be read. */
  isUnknown: boolean;
}

export interface GuardState {
  stage: "watching" | "warned" | "stopping" | "stopped" | "reminded";
  warnedAt?: number;
  stoppedAt?: number;
  keepUntil?: number;
}

export type Step =
  | { kind: "watch"; held?: Held; stopsAt?: number; reason?: "idle" | "ttl" }
  | { kind: "warn"; reason: "idle" | "ttl"; stopsAt?: number }
  | { kind: "stop"; reason: "idle" | "ttl" }
  /** It was asked to stop and has: to be written down. */
  | { kind: "stopped" }
  | { kind: "rest" }
  | { kind: "remind" };

/** What is to be done now. Nothing is stopped that was not announced before, is in use, or may be. */
export function nextStep(rule: GuardRule, facts: GuardFacts, state: GuardState): Step {
  if (!facts.isRunning) return atRest(rule, facts, state);
  const due = dueOf(rule, facts);
  if (!due) return { kind: "watch" };
  const { now } = facts;
  if (state.keepUntil !== undefined && now < state.keepUntil) return { kind: "watch", held: "kept" };
  if (facts.refusal) return { kind: "watch", held: facts.refusal };
  if (facts.isInUse) return { kind: "watch", held: "in_use" };
  const { reason, at, lead } = due;
  if (now < at - lead)
    return { kind: "watch", reason, stopsAt: rule.mode === "stop" || reason === "ttl" ? at : undefined };
  if (facts.isUnknown) return { kind: "watch", held: "use_unknown" };
  // Used since: the warning was for another idleness.
  const wasWarned = state.warnedAt !== undefined && (reason === "ttl" || state.warnedAt > facts.usedAt);
  const stopsAt = Math.max(at, (wasWarned ? (state.warnedAt ?? now) : now) + lead);
  const isOnlyTold = reason === "idle" && rule.mode === "warn";
  if (!wasWarned) return { kind: "warn", reason, stopsAt: isOnlyTold ? undefined : stopsAt };
  if (isOnlyTold) return { kind: "watch", reason };
  return now >= stopsAt ? { kind: "stop", reason } : { kind: "watch", reason, stopsAt };
}

function dueOf({ mode, idleMs, endsAt }: GuardRule, { usedAt }: GuardFacts) {
  const idle = mode === "off" ? undefined : { reason: "idle" as const, at: usedAt + idleMs, lead: warnLead(idleMs) };
  const ttl = endsAt === undefined ? undefined : { reason: "ttl" as const, at: endsAt, lead: WARN_MS };
  return idle && ttl ? (idle.at < ttl.at ? idle : ttl) : (idle ?? ttl);
}

function atRest({ remindMs }: GuardRule, { now }: GuardFacts, { stage, stoppedAt }: GuardState): Step {
  if (stage === "stopping") return { kind: "stopped" };
  const isTime = stage === "stopped" && stoppedAt !== undefined && remindMs > 0 && now - stoppedAt >= remindMs;
  return { kind: isTime ? "remind" : "rest" };
}
