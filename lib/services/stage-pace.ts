/** How a stage's time compares with the usual: the same words for the strip and the line above it. */
export type Pace = "unknown" | "normal" | "long";

/** A few seconds more are no news. */
const LEEWAY_MS = 10_000;
const LONG_FACTOR = 1.5;

export function paceOfStage(elapsedMs: number, usualMs: number | undefined): Pace {
  if (usualMs === undefined) return "unknown";
  return elapsedMs > Math.max(usualMs * LONG_FACTOR, usualMs + LEEWAY_MS) ? "long" : "normal";
}
