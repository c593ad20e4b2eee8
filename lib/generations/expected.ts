import type { GenerateInput } from "@/lib/playground/input";
import { resultSize } from "@/lib/playground/limits";
import type { Generation } from "./view";

/** Few and recent: an update of the service, or Blade getting ready, changes its pace. */
const RECENT = 12;

/** What a picture costs, as far as its request tells. */
export interface Work {
  steps: number;
  /** Of the result, in pixels. */
  width: number;
  height: number;
  /** The image functions go this share of the steps only. */
  strength?: number;
}

export function workOf(input: GenerateInput): Work {
  const strength = "denoisingStrength" in input ? input.denoisingStrength : 1;
  return { steps: input.steps, ...resultSize(input), strength };
}

/** Steps times pixels: what the time of a picture goes with (diffusers-service.md §7 is close to that). */
const amountOf = ({ steps, width, height, strength = 1 }: Work) => steps * strength * width * height;

/** How long a picture will take by this service's own measured times; undefined until there is one. */
export function expectedMs(work: Work, history: readonly Generation[]): number | undefined {
  const measured = history
    .filter(({ status, elapsedMs, recovered }) => status === "succeeded" && elapsedMs !== undefined && !recovered)
    .slice(0, RECENT);
  // Those of the same amount of work say it best.
  const alike = measured.filter((item) => amountOf(workOf(item.input)) === amountOf(work));
  if (alike.length > 0) return median(alike.map(({ elapsedMs = 0 }) => elapsedMs));
  const paces = measured.map(({ elapsedMs = 0, input: made }) => elapsedMs / amountOf(workOf(made)));
  return paces.length > 0 ? median(paces) * amountOf(work) : undefined;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
