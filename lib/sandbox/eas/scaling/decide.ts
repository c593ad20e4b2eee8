import type { AutoscalerRecord } from "./records";

/*
 * How many replicas an autoscaler wants (reference: eas-openapi.md §7.4). The rule is Kubernetes' horizontal autoscaler,
 * which the fields of the API describe: each metric asks for enough replicas to come below its threshold, the largest
 * wish counts, and within a stabilisation window the most careful wish of the window.
 */

/** A measured metric beside its threshold. */
export interface Reading {
  /** `total` is shared by all replicas, `average` is what one of them has. */
  kind: "total" | "average";
  value: number;
  threshold: number;
}

/** A wish and when it came up. */
export interface Wish {
  at: number;
  replicas: number;
}

export interface Situation {
  now: number;
  /** What the configuration asks for now. */
  current: number;
  /** Replicas that are ready. */
  serving: number;
  readings: readonly Reading[];
  /** Somebody called, or work is waiting. */
  demand: boolean;
  /** How long nobody has called and nothing has been waiting. */
  idleMs: number;
  /** Wishes of the past, oldest first. */
  past: readonly Wish[];
}

/** A metric this near to its threshold changes nothing. */
const TOLERANCE = 0.1;

export type ScalingRules = Omit<AutoscalerRecord, "strategies" | "behavior">;

/** The replicas to have from now on, and the wishes to remember. */
export function decide(rules: ScalingRules, situation: Situation): { replicas: number; wishes: Wish[] } {
  const { now, current, past } = situation;
  const wish = clamp(rules, wishOf(rules, situation));
  const memory = Math.max(rules.scaleUpWindowSeconds, rules.scaleDownWindowSeconds) * 1000;
  const wishes = [...past.filter(({ at }) => at > now - memory), { at: now, replicas: wish }];
  // Waking up and falling asleep have rules of their own.
  const bounded = clamp(rules, current);
  if (bounded !== current || current === 0 || wish === 0)
    return { replicas: wish === 0 ? 0 : Math.max(wish, bounded), wishes };
  const within = (seconds: number) =>
    wishes.filter(({ at }) => at > now - seconds * 1000 || at === now).map(({ replicas }) => replicas);
  const up = Math.min(...within(rules.scaleUpWindowSeconds));
  const down = Math.max(...within(rules.scaleDownWindowSeconds));
  const replicas = up > current ? up : down < current ? down : current;
  return { replicas, wishes };
}

function wishOf(rules: ScalingRules, { current, serving, readings, demand, idleMs }: Situation): number {
  if (current === 0) return demand ? rules.zeroActivationReplicas : 0;
  // Nothing can be measured while nothing is ready.
  if (serving === 0) return demand || readings.length === 0 ? current : zeroOrOne(rules, idleMs, current);
  const most = Math.max(0, ...readings.map((reading) => wishOfReading(reading, current, serving)));
  if (readings.length === 0) return current;
  return most > 0 ? most : zeroOrOne(rules, idleMs, 1);
}

function wishOfReading({ kind, value, threshold }: Reading, current: number, serving: number): number {
  const ratio = kind === "total" ? value / (threshold * current) : value / threshold;
  if (Math.abs(ratio - 1) <= TOLERANCE + 1e-9) return current;
  if (kind === "total") return Math.ceil(value / threshold);
  // Replicas that are not ready yet count as idle where more are wished for, and as busy where fewer are.
  const busy = (value * serving) / threshold;
  return ratio > 1 ? Math.max(current, Math.ceil(busy)) : Math.min(current, Math.ceil(busy + current - serving));
}

/** Nothing to do: the last replica goes only after the grace period. */
function zeroOrOne({ min, zeroGraceSeconds }: ScalingRules, idleMs: number, otherwise: number): number {
  return min === 0 && idleMs >= zeroGraceSeconds * 1000 ? 0 : otherwise;
}

function clamp({ min, max }: ScalingRules, replicas: number): number {
  return Math.min(max, Math.max(min, replicas));
}
